import type { ColumnType, Generated } from 'kysely'

/** JSON columns are written as text and read as values; both drivers agree on that. */
export type Json<T> = ColumnType<T, string, string>
/** Written and read as bytes; drivers differ in the class they return, so only `Uint8Array` is promised. */
export type Bytes = ColumnType<Uint8Array, Uint8Array, Uint8Array>

/** The shape of the database after every migration. A test compares it with what the database says of itself. */
export interface Tables {
  tenants: { tenant_id: string; name: string; created_at: Date; is_demo: Generated<boolean> }
  workspaces: {
    tenant_id: string
    workspace_id: string
    name: string
    kind: 'system' | 'admin' | 'customer'
    username_scope: 'workspace' | 'organization'
    brand: Json<Record<string, unknown>>
    created_at: Date
    session_settings: Json<Record<string, unknown>>
    acrs: Json<readonly Record<string, unknown>[]> | null
    sign_in: Json<Record<string, unknown>> | null
    wire: Json<Record<string, unknown>>
    revision: Generated<number>
    theme_id: string | null
  }
  themes: {
    tenant_id: string
    theme_id: string
    name: string
    logo_url: string | null
    brand: Json<Record<string, unknown>>
    revision: Generated<number>
    created_at: Date
    updated_at: Date
  }
  try_limits: {
    tenant_id: string
    purpose: string
    tries: number
    wait_seconds: number
    updated_at: Date
  }
  webhooks: {
    tenant_id: string
    workspace_id: string
    webhook_id: string
    url: string
    is_active: boolean
    events: Json<Record<string, unknown>>
    sealed_api_key: Bytes | null
    revision: Generated<number>
    created_at: Date
    updated_at: Date
  }
  organizations: {
    tenant_id: string
    organization_id: string
    workspace_id: string
    name: string
    description: string
    domains: Json<readonly string[]>
    metadata: Json<Record<string, unknown>>
    brand: Json<Record<string, unknown>>
    is_template: boolean
    revision: number
    created_at: Date
    updated_at: Date
    session_settings: Json<Record<string, unknown>>
    suspended_at: Date | null
  }
  billers: {
    tenant_id: string
    organization_id: string
    biller_guid: string
    legacy_store_id: string | null
    legacy_biller_key: string | null
    mode: 'legacy' | 'concurrent' | 'new'
    epoch: number
    is_custom_url_enabled: boolean
    created_at: Date
    updated_at: Date
  }
  secrets: { secret_name: string; sealed_value: Bytes; created_at: Date }
  directory_names: {
    name_key: Bytes
    scope: string
    tenant_id: string
    workspace_id: string
    organization_id: string
    user_id: string | null
    legacy_store_id: string | null
    legacy_id: string | null
    key_generation: Generated<number>
  }
  directory_keys: {
    generation: number
    secret_name: string
    state: 'current' | 'former'
    since: Date
  }
  directory_people: { user_id: string; tenant_id: string; organization_id: string }
  directory_scans: {
    legacy_store_id: string
    scan_id: string
    started_at: Date
    finished_at: Date | null
    names_seen: number
    names_in_conflict: number
    last_version: string | null
    failure: string | null
  }
  pools: {
    pool_id: string
    tenant_id: string
    workspace_id: string
    organization_id: string
    name: string
    description: string
    policy: Json<Record<string, unknown>>
    wire: Json<Record<string, unknown>>
    revision: number
    created_at: Date
    updated_at: Date
  }
  groups: {
    organization_id: string
    pool_id: string
    group_id: string
    parent_id: string | null
    name: string
    description: string
    revision: number
    created_at: Date
    updated_at: Date
  }
  group_members: {
    organization_id: string
    pool_id: string
    group_id: string
    user_id: string
    created_at: Date
  }
  schemas: {
    tenant_id: string
    schema_id: string
    name: string
    description: string
    document: Json<Record<string, unknown>>
    is_system: boolean
    revision: number
    created_at: Date
    updated_at: Date
  }
  users: {
    organization_id: string
    user_id: string
    tenant_id: string
    pool_id: string
    status: 'new' | 'active' | 'inactive' | 'deleted'
    payload: Json<Record<string, unknown>>
    metadata: Json<Record<string, unknown>>
    business_metadata: Json<Record<string, unknown>>
    legacy_store_id: string | null
    legacy_id: string | null
    payload_schema_id: string | null
    metadata_schema_id: string | null
    business_metadata_schema_id: string | null
    session_epoch: Generated<number>
    revision: Generated<number>
    created_at: Date
    updated_at: Date
    status_updated_at: Date
  }
  identifiers: {
    organization_id: string
    pool_id: string
    type: 'uid' | 'email' | 'mobile' | 'external' | 'federated'
    canonical: string
    identifier: string
    identifier_id: string
    user_id: string
    metadata: Json<Record<string, unknown>>
    created_at: Date
    updated_at: Date
  }
  addresses: {
    organization_id: string
    user_id: string
    canonical: string
    pool_id: string
    type: 'email' | 'mobile'
    address: string
    address_id: string
    status: 'active' | 'inactive'
    is_verified: boolean
    verified_at: Date | null
    created_at: Date
    updated_at: Date
    metadata: Json<Record<string, unknown>>
    preferred_contact_method: 'sms' | 'voice' | null
  }
  passwords: {
    organization_id: string
    user_id: string
    credential_id: string
    sealed_verifier: Bytes
    generation: number
    state: 'valid' | 'must_be_reset' | 'must_be_changed'
    state_reason: string
    created_at: Date
    updated_at: Date
  }
  password_history: {
    organization_id: string
    user_id: string
    generation: number
    sealed_verifier: Bytes
    retired_at: Date
  }
  webauthn_keys: {
    organization_id: string
    user_id: string
    credential_id: string
    key_id: string
    public_key: Bytes
    sign_count: number
    transports: Json<readonly string[]>
    aaguid: string
    attachment: string | null
    attestation_type: string
    is_backup_eligible: boolean
    is_backed_up: boolean
    is_user_verified: boolean
    name: Generated<string>
    created_at: Date
    updated_at: Date
  }
  webauthn_challenges: {
    organization_id: string
    user_id: string
    challenge: string
    rp_id: string
    origins: Json<readonly string[]>
    answered_at: Date | null
    proved_key: Json<Record<string, unknown>> | null
    created_at: Date
    expires_at: Date
  }
  totp_secrets: {
    organization_id: string
    user_id: string
    credential_id: string
    sealed_secret: Bytes
    generation: Generated<number>
    last_step: Generated<number>
    created_at: Date
    updated_at: Date
  }
  user_imports: {
    organization_id: string
    pool_id: string
    import_key: string
    tenant_id: string
    created_at: Date
    updated_at: Date
  }
  user_import_batches: {
    organization_id: string
    pool_id: string
    import_key: string
    first_line: number
    line_digests: Bytes
    user_ids: readonly (string | null)[]
    refusals: Json<Record<string, unknown>>
    done_at: Date
  }
  one_time_codes: {
    code_id: string
    purpose: string
    tenant_id: string
    sealed_code: Bytes
    subject_key: Bytes
    attempts_left: number
    consumed_at: Date | null
    created_at: Date
    expires_at: Date
    sealed_previous_code: Bytes | null
    previous_created_at: Date | null
    previous_expires_at: Date | null
    sealed_extended: Bytes | null
    issue_id: string | null
    address_id: string | null
  }
  sign_in_flows: {
    flow_id: string
    tenant_id: string
    workspace_id: string
    issuer_path: string
    browser_hash: Bytes
    state: Json<Record<string, unknown>>
    revision: number
    created_at: Date
    expires_at: Date
  }
  refusal_measurements: {
    node_id: string
    slowest_ms: number
    measured_at: Date
  }
  throttles: {
    throttle_key: Bytes
    failures: number
    first_failure_at: Date
    last_failure_at: Date
    blocked_until: Date | null
    forget_at: Date | null
  }
  spent_challenges: { challenge_key: Bytes; expires_at: Date }
  clients: {
    client_id: string
    tenant_id: string
    workspace_id: string
    name: string
    is_enabled: boolean
    settings: Json<Record<string, unknown>>
    secret_hashes: Json<readonly string[]>
    revision: number
    created_at: Date
    updated_at: Date
    secret_ends: Json<Record<string, string>>
    wire: Json<Record<string, unknown>>
  }
  workspace_secrets: {
    tenant_id: string
    workspace_id: string
    secret_id: string
    sealed_value: Bytes
    revision: number
    created_at: Date
    updated_at: Date
  }
  resources: {
    tenant_id: string
    workspace_id: string
    audience: string
    name: string
    scopes: Json<readonly string[]>
    access_token_seconds: number
    created_at: Date
  }
  signing_keys: {
    tenant_id: string
    workspace_id: string
    kid: string
    algorithm: string
    state: 'next' | 'active' | 'retiring' | 'retired'
    public_jwk: Json<Record<string, unknown>>
    sealed_private_jwk: Bytes
    created_at: Date
    activated_at: Date | null
    retired_at: Date | null
    retiring_at: Date | null
    end_reason: string | null
  }
  revisions: { topic: string; revision: number }
  leases: { lease_name: string; holder: string; expires_at: Date }
  artifacts: {
    id_hash: Bytes
    kind: string
    tenant_id: string
    workspace_id: string
    sealed_payload: Bytes
    grant_id: string | null
    session_uid: string | null
    client_id: string | null
    user_id: string | null
    consumed_at: Date | null
    created_at: Date
    expires_at: Date
    sealed_answer: Bytes | null
  }
  revoked_tokens: { token_id: string; expires_at: Date }
  revoked_grants: { grant_id: string; expires_at: Date }
  sessions: {
    organization_id: string
    session_uid: string
    tenant_id: string
    workspace_id: string
    user_id: string
    session_epoch: number
    route: string
    methods: Json<readonly string[]>
    authenticated_at: Date
    ip_address: string
    user_agent: string
    created_at: Date
    expires_at: Date
    ended_at: Date | null
    end_reason: string | null
    /** Null in rows of the release before the column. */
    last_seen_at: Date | null
    over_at: Date | null
    is_remembered: Generated<boolean>
  }
  consents: {
    organization_id: string
    user_id: string
    client_id: string
    tenant_id: string
    workspace_id: string
    openid_scopes: Json<readonly string[]>
    api_scopes: Json<Readonly<Record<string, readonly string[]>>>
    granted_at: Date
  }
  session_clients: {
    organization_id: string
    session_uid: string
    client_id: string
    tenant_id: string
    workspace_id: string
    issuer_path: string
    user_id: string
    client_sid: string
    created_at: Date
    expires_at: Date
  }
  audit_events: {
    organization_id: string
    event_id: string
    tenant_id: string
    workspace_id: string
    subject: string
    action: string
    reason: string | null
    user_id: string | null
    user_pool_id: string | null
    affected_user_id: string | null
    affected_user_pool_id: string | null
    client_id: string | null
    session_id: string | null
    authorization_correlation_id: string | null
    request_id: string | null
    ip_address: string | null
    user_agent: string | null
    context: Json<Record<string, unknown>>
    payload: Json<Record<string, unknown>>
    occurred_at: Date
  }
}
