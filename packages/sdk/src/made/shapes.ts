// Made from the contract by `npm run docs`; changes by hand are lost.

export interface AddedAddress {
  readonly address: string
  readonly type: 'email' | 'mobile'
  readonly verified: boolean
  readonly status?: 'active' | 'inactive' | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  readonly preferred_contact_method?: 'sms' | 'voice' | undefined
}

export interface Address {
  readonly tenant_id: string
  readonly user_pool_id: string
  readonly user_id: string
  readonly created_at: string
  readonly updated_at: string
  readonly id: string
  readonly address: string
  readonly address_lc: string
  readonly type: 'email' | 'mobile'
  readonly status: 'active' | 'inactive'
  readonly verified: boolean
  readonly verified_at?: string | undefined
  readonly metadata: Readonly<Record<string, unknown>>
  readonly preferred_contact_method?: 'sms' | 'voice' | undefined
}

export interface AdminClient {
  readonly app_url?: string | undefined
  readonly application_type?: string | undefined
  readonly application_types?: readonly ('single_page' | 'server_web' | 'mobile_desktop' | 'service' | 'legacy' | 'dcr')[] | undefined
  readonly audience?: readonly string[] | undefined
  readonly authorization_details_types?: readonly string[] | undefined
  readonly authorization_encrypted_response_alg?: 'RSA-OAEP' | 'RSA-OAEP-256' | undefined
  readonly authorization_encrypted_response_enc?: 'A256GCM' | 'A128CBC-HS256' | undefined
  readonly authorization_server_id: string
  readonly authorization_signed_response_alg?: string | undefined
  readonly backchannel_authentication_request_signing_alg?: string | undefined
  readonly backchannel_client_notification_endpoint?: string | undefined
  readonly backchannel_logout_session_required?: boolean | undefined
  readonly backchannel_logout_uri?: string | undefined
  readonly backchannel_token_delivery_mode?: string | undefined
  readonly backchannel_user_code_parameter?: boolean | undefined
  readonly certificate?: string | undefined
  readonly client_id?: string | undefined
  readonly client_id_issued_at?: number | undefined
  readonly client_name?: string | undefined
  readonly client_secret?: string | undefined
  readonly client_secret_expires_at?: number | undefined
  readonly client_status?: 'active' | 'inactive' | undefined
  readonly client_type?: 'oauth2' | 'saml' | undefined
  readonly client_uri?: string | undefined
  readonly created_at?: string | undefined
  readonly default_acr_values?: readonly string[] | undefined
  readonly description?: string | undefined
  readonly developer_id?: string | undefined
  readonly developer_metadata?: Readonly<Record<string, unknown>> | undefined
  readonly dpop_bound_access_tokens?: boolean | undefined
  readonly fdx?: Readonly<Record<string, unknown>> | undefined
  readonly grant_types?: readonly ('authorization_code' | 'implicit' | 'client_credentials' | 'refresh_token' | 'password' | 'urn:ietf:params:oauth:grant-type:jwt-bearer' | 'urn:openid:params:grant-type:ciba' | 'urn:ietf:params:oauth:grant-type:token-exchange' | 'urn:ietf:params:oauth:grant-type:device_code')[] | undefined
  readonly hashed_rotated_secrets?: readonly string[] | undefined
  readonly hashed_secret?: string | undefined
  readonly id_token_encrypted_response_alg?: 'RSA-OAEP' | 'RSA-OAEP-256' | undefined
  readonly id_token_encrypted_response_enc?: 'A256GCM' | 'A128CBC-HS256' | undefined
  readonly id_token_signed_response_alg?: 'RS256' | 'ES256' | 'PS256' | undefined
  readonly introspection_endpoint_auth_method?: 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'self_signed_tls_client_auth' | 'tls_client_auth' | 'none' | undefined
  readonly jwks?: {
    readonly keys?: readonly Readonly<Record<string, unknown>>[] | undefined
  } | undefined
  readonly jwks_uri?: string | undefined
  readonly logo_uri?: string | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  readonly organisation_id?: string | undefined
  readonly policy_uri?: string | undefined
  readonly post_logout_redirect_uris?: readonly string[] | undefined
  readonly privacy?: {
    readonly scopes?: Readonly<Record<string, unknown>> | undefined
  } | undefined
  readonly redirect_uris?: readonly string[] | undefined
  readonly request_object_encryption_alg?: 'RSA-OAEP' | 'RSA-OAEP-256' | undefined
  readonly request_object_encryption_enc?: 'A256GCM' | 'A128CBC-HS256' | undefined
  readonly request_object_signing_alg?: 'any' | 'none' | 'RS256' | 'ES256' | 'PS256' | undefined
  readonly request_uris?: readonly string[] | undefined
  readonly require_pushed_authorization_requests?: boolean | undefined
  readonly response_types?: readonly ('token' | 'id_token' | 'code' | 'code id_token' | 'token id_token' | 'token code' | 'token id_token code' | 'none')[] | undefined
  readonly revocation_endpoint_auth_method?: 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'self_signed_tls_client_auth' | 'tls_client_auth' | 'none' | undefined
  readonly rotated_secrets?: readonly string[] | undefined
  readonly scope?: string | undefined
  readonly scopes?: readonly string[] | undefined
  readonly sector_identifier_uri?: string | undefined
  readonly software_statement?: string | undefined
  readonly software_statement_payload?: Readonly<Record<string, unknown>> | undefined
  readonly subject_type?: 'public' | 'pairwise' | undefined
  readonly system?: boolean | undefined
  readonly tenant_id: string
  readonly tls_client_auth_san_dns?: string | undefined
  readonly tls_client_auth_san_email?: string | undefined
  readonly tls_client_auth_san_ip?: string | undefined
  readonly tls_client_auth_san_uri?: string | undefined
  readonly tls_client_auth_subject_dn?: string | undefined
  readonly tls_client_certificate_bound_access_tokens?: boolean | undefined
  readonly token_endpoint_auth_method?: 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'self_signed_tls_client_auth' | 'tls_client_auth' | 'none' | 'unspecified' | undefined
  readonly token_endpoint_auth_signing_alg?: 'RS256' | 'ES256' | 'PS256' | 'HS256' | '' | undefined
  readonly token_exchange?: {
    readonly actor_claims?: readonly string[] | undefined
  } | undefined
  readonly token_ttls?: {
    readonly access_token_ttl?: string | undefined
    readonly authorization_code_ttl?: string | undefined
    readonly id_token_ttl?: string | undefined
    readonly refresh_token_ttl?: string | undefined
  } | undefined
  readonly tos_uri?: string | undefined
  readonly trusted?: boolean | undefined
  readonly updated_at?: string | undefined
  readonly use_custom_token_ttls?: boolean | undefined
  readonly userinfo_signed_response_alg?: 'none' | 'RS256' | 'ES256' | undefined
  readonly saml_allowed_attributes?: readonly string[] | undefined
  readonly saml_metadata?: Readonly<Record<string, unknown>> | undefined
  readonly saml_metadata_updated_at?: string | undefined
  readonly saml_metadata_url?: string | undefined
  readonly saml_override_attributes?: boolean | undefined
  readonly saml_service_provider_id?: string | undefined
  readonly saml_signing_hash?: 'sha-1' | 'sha-256' | 'sha-512' | undefined
  readonly saml_subject_name_id?: string | undefined
  readonly saml_subject_name_id_format?: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified' | 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' | 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress' | 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' | undefined
  readonly dynamically_registered?: boolean | undefined
  readonly obbr?: {
    readonly webhook_uris?: readonly string[] | undefined
  } | undefined
  readonly software_id?: string | undefined
  readonly software_version?: string | undefined
  readonly server_issuer_url?: string | undefined
  readonly server_mtls_issuer_url?: string | undefined
}

export interface AdminClientChange {
  readonly app_url?: string | undefined
  readonly application_type?: string | undefined
  readonly application_types?: readonly ('single_page' | 'server_web' | 'mobile_desktop' | 'service' | 'legacy' | 'dcr')[] | undefined
  readonly audience?: readonly string[] | undefined
  readonly authorization_details_types?: readonly string[] | undefined
  readonly authorization_encrypted_response_alg?: 'RSA-OAEP' | 'RSA-OAEP-256' | undefined
  readonly authorization_encrypted_response_enc?: 'A256GCM' | 'A128CBC-HS256' | undefined
  readonly authorization_server_id: string
  readonly authorization_signed_response_alg?: string | undefined
  readonly backchannel_authentication_request_signing_alg?: string | undefined
  readonly backchannel_client_notification_endpoint?: string | undefined
  readonly backchannel_logout_session_required?: boolean | undefined
  readonly backchannel_logout_uri?: string | undefined
  readonly backchannel_token_delivery_mode?: string | undefined
  readonly backchannel_user_code_parameter?: boolean | undefined
  readonly certificate?: string | undefined
  readonly client_id?: string | undefined
  readonly client_id_issued_at?: number | undefined
  readonly client_name?: string | undefined
  readonly client_secret?: string | undefined
  readonly client_secret_expires_at?: number | undefined
  readonly client_status?: 'active' | 'inactive' | undefined
  readonly client_type?: 'oauth2' | 'saml' | undefined
  readonly client_uri?: string | undefined
  readonly created_at?: string | undefined
  readonly default_acr_values?: readonly string[] | undefined
  readonly description?: string | undefined
  readonly developer_id?: string | undefined
  readonly developer_metadata?: Readonly<Record<string, unknown>> | undefined
  readonly dpop_bound_access_tokens?: boolean | undefined
  readonly fdx?: Readonly<Record<string, unknown>> | undefined
  readonly grant_types?: readonly ('authorization_code' | 'implicit' | 'client_credentials' | 'refresh_token' | 'password' | 'urn:ietf:params:oauth:grant-type:jwt-bearer' | 'urn:openid:params:grant-type:ciba' | 'urn:ietf:params:oauth:grant-type:token-exchange' | 'urn:ietf:params:oauth:grant-type:device_code')[] | undefined
  readonly hashed_rotated_secrets?: readonly string[] | undefined
  readonly hashed_secret?: string | undefined
  readonly id_token_encrypted_response_alg?: 'RSA-OAEP' | 'RSA-OAEP-256' | undefined
  readonly id_token_encrypted_response_enc?: 'A256GCM' | 'A128CBC-HS256' | undefined
  readonly id_token_signed_response_alg?: 'RS256' | 'ES256' | 'PS256' | undefined
  readonly introspection_endpoint_auth_method?: 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'self_signed_tls_client_auth' | 'tls_client_auth' | 'none' | undefined
  readonly jwks?: {
    readonly keys?: readonly Readonly<Record<string, unknown>>[] | undefined
  } | undefined
  readonly jwks_uri?: string | undefined
  readonly logo_uri?: string | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  readonly organisation_id?: string | undefined
  readonly policy_uri?: string | undefined
  readonly post_logout_redirect_uris?: readonly string[] | undefined
  readonly privacy?: {
    readonly scopes?: Readonly<Record<string, unknown>> | undefined
  } | undefined
  readonly redirect_uris?: readonly string[] | undefined
  readonly request_object_encryption_alg?: 'RSA-OAEP' | 'RSA-OAEP-256' | undefined
  readonly request_object_encryption_enc?: 'A256GCM' | 'A128CBC-HS256' | undefined
  readonly request_object_signing_alg?: 'any' | 'none' | 'RS256' | 'ES256' | 'PS256' | undefined
  readonly request_uris?: readonly string[] | undefined
  readonly require_pushed_authorization_requests?: boolean | undefined
  readonly response_types?: readonly ('token' | 'id_token' | 'code' | 'code id_token' | 'token id_token' | 'token code' | 'token id_token code' | 'none')[] | undefined
  readonly revocation_endpoint_auth_method?: 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'self_signed_tls_client_auth' | 'tls_client_auth' | 'none' | undefined
  readonly rotated_secrets?: readonly string[] | undefined
  readonly scope?: string | undefined
  readonly scopes?: readonly string[] | undefined
  readonly sector_identifier_uri?: string | undefined
  readonly software_statement?: string | undefined
  readonly software_statement_payload?: Readonly<Record<string, unknown>> | undefined
  readonly subject_type?: 'public' | 'pairwise' | undefined
  readonly system?: boolean | undefined
  readonly tenant_id: string
  readonly tls_client_auth_san_dns?: string | undefined
  readonly tls_client_auth_san_email?: string | undefined
  readonly tls_client_auth_san_ip?: string | undefined
  readonly tls_client_auth_san_uri?: string | undefined
  readonly tls_client_auth_subject_dn?: string | undefined
  readonly tls_client_certificate_bound_access_tokens?: boolean | undefined
  readonly token_endpoint_auth_method?: 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'self_signed_tls_client_auth' | 'tls_client_auth' | 'none' | 'unspecified' | undefined
  readonly token_endpoint_auth_signing_alg?: 'RS256' | 'ES256' | 'PS256' | 'HS256' | '' | undefined
  readonly token_exchange?: {
    readonly actor_claims?: readonly string[] | undefined
  } | undefined
  readonly token_ttls?: {
    readonly access_token_ttl?: string | undefined
    readonly authorization_code_ttl?: string | undefined
    readonly id_token_ttl?: string | undefined
    readonly refresh_token_ttl?: string | undefined
  } | undefined
  readonly tos_uri?: string | undefined
  readonly trusted?: boolean | undefined
  readonly updated_at?: string | undefined
  readonly use_custom_token_ttls?: boolean | undefined
  readonly userinfo_signed_response_alg?: 'none' | 'RS256' | 'ES256' | undefined
  readonly saml_allowed_attributes?: readonly string[] | undefined
  readonly saml_metadata?: Readonly<Record<string, unknown>> | undefined
  readonly saml_metadata_updated_at?: string | undefined
  readonly saml_metadata_url?: string | undefined
  readonly saml_override_attributes?: boolean | undefined
  readonly saml_service_provider_id?: string | undefined
  readonly saml_signing_hash?: 'sha-1' | 'sha-256' | 'sha-512' | undefined
  readonly saml_subject_name_id?: string | undefined
  readonly saml_subject_name_id_format?: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified' | 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' | 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress' | 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' | undefined
}

export interface AuditEvent {
  readonly action: string
  readonly context: Readonly<Record<string, string>>
  readonly event_id: string
  readonly event_subject: string
  readonly metadata: {
    readonly affected_user_id?: string | undefined
    readonly affected_user_pool_id?: string | undefined
    readonly authorization_correlation_id?: string | undefined
    readonly client_id?: string | undefined
    readonly group_id?: string | undefined
    readonly ip?: string | undefined
    readonly organization_id?: string | undefined
    readonly request_correlation_id?: string | undefined
    readonly session_id?: string | undefined
    readonly subject?: string | undefined
    readonly user_agent?: string | undefined
    readonly user_id?: string | undefined
    readonly user_pool_id?: string | undefined
  }
  readonly payload?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined
  readonly server_id: string
  readonly tenant_id: string
  readonly timestamp: string
}

export interface BruteForceLimit {
  readonly block_duration: string
  readonly max_attempts: number
  readonly protected_type: string
  readonly tenant_id: string
}

export interface Credential {
  readonly tenant_id: string
  readonly user_pool_id: string
  readonly user_id: string
  readonly created_at: string
  readonly updated_at: string
  readonly id: string
  readonly type: 'password' | 'webauthn' | 'totp'
  readonly state?: 'valid' | 'must_be_reset' | 'must_be_changed' | undefined
  readonly payload: {
    readonly hashed_password: '###'
  } | {
    readonly totp_secret: '###'
  } | {
    readonly name: string
    readonly key_id: string
    readonly sign_count: number
    readonly transports: readonly string[]
    readonly aaguid: string
    readonly backup_eligible: boolean
    readonly backup_state: boolean
  }
}

export interface GivenWebAuthnKey {
  readonly id?: readonly number[] | string | undefined
  readonly publicKey?: readonly number[] | string | undefined
  readonly attestationType?: string | undefined
  readonly transport?: readonly string[] | undefined
  readonly flags?: {
    readonly backupEligible?: boolean | undefined
    readonly backupState?: boolean | undefined
    readonly userPresent?: boolean | undefined
    readonly userVerified?: boolean | undefined
  } | undefined
  readonly authenticator?: {
    readonly AAGUID?: readonly number[] | string | undefined
    readonly attachment?: string | undefined
    readonly cloneWarning?: boolean | undefined
    readonly signCount?: number | undefined
  } | undefined
  readonly attestation?: {
    readonly authenticatorData?: readonly number[] | string | undefined
    readonly clientDataHash?: readonly number[] | string | undefined
    readonly clientDataJSON?: readonly number[] | string | undefined
    readonly object?: readonly number[] | string | undefined
    readonly publicKeyAlgorithm?: number | undefined
  } | undefined
}

export interface Group {
  readonly id?: string | undefined
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly parent_id?: string | undefined
  readonly tenant_id?: string | undefined
  readonly user_pool_id: string
}

export interface GroupFilter {
  readonly name?: string | undefined
}

export interface HashedPassword {
  readonly format: string
  readonly hash: string
  readonly salt?: string | undefined
}

export interface HistoryEntry {
  readonly event_id: string
  readonly timestamp: string
  readonly text: string
  readonly reason?: string | undefined
  readonly event_subject: string
  readonly action: string
  readonly user_id?: string | undefined
  readonly client_id?: string | undefined
  readonly ip?: string | undefined
  readonly user_agent?: string | undefined
}

export interface Identifier {
  readonly tenant_id: string
  readonly user_pool_id: string
  readonly user_id: string
  readonly created_at: string
  readonly updated_at: string
  readonly id: string
  readonly identifier: string
  readonly identifier_lc: string
  readonly type: 'email' | 'mobile' | 'uid' | 'external' | 'federated'
  readonly metadata: Readonly<Record<string, unknown>>
}

export interface ImportVerdict {
  readonly line: number
  readonly status: 'created' | 'refused'
  readonly id?: string | undefined
  readonly reason?: 'malformed' | 'too_long' | 'invalid' | 'password_in_clear' | 'hash_unusable' | 'identifier_taken' | 'id_taken' | 'duplicate' | undefined
  readonly detail?: string | undefined
  readonly same_as_line?: number | undefined
  readonly done_before?: true | undefined
}

export interface KeptOfServer {
  readonly authentication_context_settings?: Readonly<Record<string, unknown>> | undefined
  readonly authentication_mechanisms?: readonly ('totp' | 'password' | 'otp' | 'email_otp' | 'sms_otp' | 'webauthn')[] | undefined
  readonly color?: string | undefined
  readonly description?: string | undefined
  readonly idp_discovery?: Readonly<Record<string, unknown>> | undefined
  readonly logo_uri?: string | undefined
  readonly metadata?: ServerMetadata | undefined
  readonly profile?: 'default' | 'demo' | 'workforce' | 'consumer' | 'partners' | 'third_party' | 'fapi_advanced' | 'fapi_rw' | 'fapi_ro' | 'openbanking_uk_fapi_advanced' | 'openbanking_uk' | 'openbanking_br' | 'openbanking_br_unico' | 'cdr_australia' | 'cdr_australia_fapi_rw' | 'fdx' | 'openbanking_ksa' | 'fapi_20_security' | 'fapi_20_message_signing' | 'connect_id' | undefined
  readonly settings?: Readonly<Record<string, unknown>> | undefined
  readonly sso?: Readonly<Record<string, unknown>> | undefined
  readonly subject_format?: 'hash' | 'legacy' | undefined
  readonly template?: boolean | undefined
  readonly access_token_strategy?: 'jwt' | 'opaque' | undefined
  readonly access_token_ttl?: string | undefined
  readonly advanced?: Readonly<Record<string, unknown>> | undefined
  readonly authorization_code_ttl?: string | undefined
  readonly backchannel_token_delivery_modes_supported?: readonly string[] | undefined
  readonly backchannel_user_code_parameter_supported?: boolean | undefined
  readonly cdr?: Readonly<Record<string, unknown>> | undefined
  readonly consent_id_namespace?: string | undefined
  readonly cookie_max_age?: string | undefined
  readonly custom_issuer_url?: string | undefined
  readonly device_authorization?: Readonly<Record<string, unknown>> | undefined
  readonly dynamic_client_registration?: Readonly<Record<string, unknown>> | undefined
  readonly dynamic_scope_separator?: string | undefined
  readonly enable_idp_discovery?: boolean | undefined
  readonly enable_legacy_clients_with_no_software_statement?: boolean | undefined
  readonly enable_quick_access?: boolean | undefined
  readonly enable_trust_anchor?: boolean | undefined
  readonly enforce_id_token_encryption?: boolean | undefined
  readonly enforce_pkce?: boolean | undefined
  readonly enforce_pkce_for_public_clients?: boolean | undefined
  readonly fdx?: Readonly<Record<string, unknown>> | undefined
  readonly grant_types?: readonly ('authorization_code' | 'implicit' | 'client_credentials' | 'refresh_token' | 'password' | 'urn:ietf:params:oauth:grant-type:jwt-bearer' | 'urn:openid:params:grant-type:ciba' | 'urn:ietf:params:oauth:grant-type:token-exchange' | 'urn:ietf:params:oauth:grant-type:device_code')[] | undefined
  readonly id_token_ttl?: string | undefined
  readonly identity_assurance?: Readonly<Record<string, unknown>> | undefined
  readonly issuer_id?: string | undefined
  readonly key_type?: 'rsa' | 'ecdsa' | 'ps' | undefined
  readonly legal_entity?: Readonly<Record<string, unknown>> | undefined
  readonly obbr?: Readonly<Record<string, unknown>> | undefined
  readonly organization?: Readonly<Record<string, unknown>> | undefined
  readonly pushed_authorization_request_ttl?: string | undefined
  readonly refresh_token_ttl?: string | undefined
  readonly require_pushed_authorization_requests?: boolean | undefined
  readonly response_types?: readonly ('token' | 'id_token' | 'code' | 'code id_token' | 'token id_token' | 'token code' | 'token id_token code' | 'none')[] | undefined
  readonly root_cas?: string | undefined
  readonly saml?: Readonly<Record<string, unknown>> | undefined
  readonly scope_claim_formats?: readonly string[] | undefined
  readonly styling?: Readonly<Record<string, unknown>> | undefined
  readonly subject_identifier_types?: readonly ('public' | 'pairwise')[] | undefined
  readonly token_endpoint_auth_methods?: readonly ('client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'self_signed_tls_client_auth' | 'tls_client_auth' | 'none' | 'unspecified')[] | undefined
  readonly token_endpoint_auth_signing_alg_values?: readonly string[] | undefined
  readonly token_endpoint_authn_methods?: readonly ('client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'self_signed_tls_client_auth' | 'tls_client_auth' | 'none' | 'unspecified')[] | undefined
  readonly trust_anchor_configuration?: Readonly<Record<string, unknown>> | undefined
}

export interface ListedUser {
  readonly business_metadata_schema_id?: string | undefined
  readonly metadata_schema_id?: string | undefined
  readonly payload_schema_id?: string | undefined
  readonly business_metadata: Readonly<Record<string, unknown>>
  readonly metadata: Readonly<Record<string, unknown>>
  readonly payload: Readonly<Record<string, unknown>>
  readonly created_at: string
  readonly updated_at: string
  readonly status_updated_at: string
  readonly id: string
  readonly status: 'active' | 'inactive' | 'deleted' | 'new'
  readonly tenant_id: string
  readonly user_pool_id: string
  readonly addresses: readonly ({
    readonly address: string
    readonly verified: boolean
  })[]
  readonly identifiers: readonly string[]
  readonly identifiers_with_details: readonly ({
    readonly type: 'email' | 'mobile' | 'uid' | 'external' | 'federated'
    readonly value: string
  })[]
  readonly 'verified addresses': readonly string[]
}

export interface NewAddress {
  readonly address: string
  readonly type: 'email' | 'mobile'
  readonly status: 'active' | 'inactive'
  readonly verified: boolean
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  readonly preferred_contact_method?: 'sms' | 'voice' | undefined
}

export interface NewAdminClient {
  readonly app_url?: string | undefined
  readonly application_type?: string | undefined
  readonly application_types?: readonly ('single_page' | 'server_web' | 'mobile_desktop' | 'service' | 'legacy' | 'dcr')[] | undefined
  readonly audience?: readonly string[] | undefined
  readonly authorization_details_types?: readonly string[] | undefined
  readonly authorization_encrypted_response_alg?: 'RSA-OAEP' | 'RSA-OAEP-256' | undefined
  readonly authorization_encrypted_response_enc?: 'A256GCM' | 'A128CBC-HS256' | undefined
  readonly authorization_server_id: string
  readonly authorization_signed_response_alg?: string | undefined
  readonly backchannel_authentication_request_signing_alg?: string | undefined
  readonly backchannel_client_notification_endpoint?: string | undefined
  readonly backchannel_logout_session_required?: boolean | undefined
  readonly backchannel_logout_uri?: string | undefined
  readonly backchannel_token_delivery_mode?: string | undefined
  readonly backchannel_user_code_parameter?: boolean | undefined
  readonly certificate?: string | undefined
  readonly client_id?: string | undefined
  readonly client_id_issued_at?: number | undefined
  readonly client_name?: string | undefined
  readonly client_secret?: string | undefined
  readonly client_secret_expires_at?: number | undefined
  readonly client_status?: 'active' | 'inactive' | undefined
  readonly client_type?: 'oauth2' | 'saml' | undefined
  readonly client_uri?: string | undefined
  readonly created_at?: string | undefined
  readonly default_acr_values?: readonly string[] | undefined
  readonly description?: string | undefined
  readonly developer_id?: string | undefined
  readonly developer_metadata?: Readonly<Record<string, unknown>> | undefined
  readonly dpop_bound_access_tokens?: boolean | undefined
  readonly fdx?: Readonly<Record<string, unknown>> | undefined
  readonly grant_types?: readonly ('authorization_code' | 'implicit' | 'client_credentials' | 'refresh_token' | 'password' | 'urn:ietf:params:oauth:grant-type:jwt-bearer' | 'urn:openid:params:grant-type:ciba' | 'urn:ietf:params:oauth:grant-type:token-exchange' | 'urn:ietf:params:oauth:grant-type:device_code')[] | undefined
  readonly hashed_rotated_secrets?: readonly string[] | undefined
  readonly hashed_secret?: string | undefined
  readonly id_token_encrypted_response_alg?: 'RSA-OAEP' | 'RSA-OAEP-256' | undefined
  readonly id_token_encrypted_response_enc?: 'A256GCM' | 'A128CBC-HS256' | undefined
  readonly id_token_signed_response_alg?: 'RS256' | 'ES256' | 'PS256' | undefined
  readonly introspection_endpoint_auth_method?: 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'self_signed_tls_client_auth' | 'tls_client_auth' | 'none' | undefined
  readonly jwks?: {
    readonly keys?: readonly Readonly<Record<string, unknown>>[] | undefined
  } | undefined
  readonly jwks_uri?: string | undefined
  readonly logo_uri?: string | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  readonly organisation_id?: string | undefined
  readonly policy_uri?: string | undefined
  readonly post_logout_redirect_uris?: readonly string[] | undefined
  readonly privacy?: {
    readonly scopes?: Readonly<Record<string, unknown>> | undefined
  } | undefined
  readonly redirect_uris?: readonly string[] | undefined
  readonly request_object_encryption_alg?: 'RSA-OAEP' | 'RSA-OAEP-256' | undefined
  readonly request_object_encryption_enc?: 'A256GCM' | 'A128CBC-HS256' | undefined
  readonly request_object_signing_alg?: 'any' | 'none' | 'RS256' | 'ES256' | 'PS256' | undefined
  readonly request_uris?: readonly string[] | undefined
  readonly require_pushed_authorization_requests?: boolean | undefined
  readonly response_types?: readonly ('token' | 'id_token' | 'code' | 'code id_token' | 'token id_token' | 'token code' | 'token id_token code' | 'none')[] | undefined
  readonly revocation_endpoint_auth_method?: 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'self_signed_tls_client_auth' | 'tls_client_auth' | 'none' | undefined
  readonly rotated_secrets?: readonly string[] | undefined
  readonly scope?: string | undefined
  readonly scopes?: readonly string[] | undefined
  readonly sector_identifier_uri?: string | undefined
  readonly software_statement?: string | undefined
  readonly software_statement_payload?: Readonly<Record<string, unknown>> | undefined
  readonly subject_type?: 'public' | 'pairwise' | undefined
  readonly system?: boolean | undefined
  readonly tenant_id: string
  readonly tls_client_auth_san_dns?: string | undefined
  readonly tls_client_auth_san_email?: string | undefined
  readonly tls_client_auth_san_ip?: string | undefined
  readonly tls_client_auth_san_uri?: string | undefined
  readonly tls_client_auth_subject_dn?: string | undefined
  readonly tls_client_certificate_bound_access_tokens?: boolean | undefined
  readonly token_endpoint_auth_method?: 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'self_signed_tls_client_auth' | 'tls_client_auth' | 'none' | 'unspecified' | undefined
  readonly token_endpoint_auth_signing_alg?: 'RS256' | 'ES256' | 'PS256' | 'HS256' | '' | undefined
  readonly token_exchange?: {
    readonly actor_claims?: readonly string[] | undefined
  } | undefined
  readonly token_ttls?: {
    readonly access_token_ttl?: string | undefined
    readonly authorization_code_ttl?: string | undefined
    readonly id_token_ttl?: string | undefined
    readonly refresh_token_ttl?: string | undefined
  } | undefined
  readonly tos_uri?: string | undefined
  readonly trusted?: boolean | undefined
  readonly updated_at?: string | undefined
  readonly use_custom_token_ttls?: boolean | undefined
  readonly userinfo_signed_response_alg?: 'none' | 'RS256' | 'ES256' | undefined
}

export interface NewCredential {
  readonly type: 'password' | 'webauthn' | 'totp'
  readonly password?: string | undefined
  readonly hashed_password?: HashedPassword | undefined
  readonly must_be_changed?: boolean | undefined
  readonly must_be_reset?: boolean | undefined
  readonly totp_secret?: string | undefined
  readonly webauthn_credentials?: readonly GivenWebAuthnKey[] | undefined
}

export interface NewIdentifier {
  readonly identifier: string
  readonly type: 'email' | 'mobile' | 'uid' | 'external' | 'federated'
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

export interface NewOrganization {
  readonly authentication_mechanisms?: readonly ('totp' | 'password' | 'otp' | 'email_otp' | 'sms_otp' | 'webauthn')[] | undefined
  readonly color?: string | undefined
  readonly description?: string | undefined
  readonly domains?: readonly string[] | undefined
  readonly id?: string | undefined
  readonly metadata?: ServerMetadata | undefined
  readonly name?: string | undefined
  readonly parent_id?: string | undefined
  readonly template?: boolean | undefined
  readonly template_id?: string | undefined
}

export interface NewUser {
  readonly business_metadata?: Readonly<Record<string, unknown>> | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  readonly payload?: Readonly<Record<string, unknown>> | undefined
  readonly business_metadata_schema_id?: string | undefined
  readonly metadata_schema_id?: string | undefined
  readonly payload_schema_id?: string | undefined
  readonly id?: string | undefined
  readonly status: 'active' | 'inactive' | 'deleted' | 'new'
  readonly credentials?: readonly NewCredential[] | undefined
  readonly identifiers?: readonly NewIdentifier[] | undefined
  readonly verifiable_addresses?: readonly NewAddress[] | undefined
  readonly user_type?: string | undefined
  readonly legacy?: {
    readonly store_id: string
    readonly legacy_id: string
  } | undefined
}

export interface Organization {
  readonly authentication_mechanisms?: readonly ('totp' | 'password' | 'otp' | 'email_otp' | 'sms_otp' | 'webauthn')[] | undefined
  readonly color?: string | undefined
  readonly description: string
  readonly domains: readonly string[]
  readonly id: string
  readonly issuer_url: string
  readonly metadata?: ServerMetadata | undefined
  readonly name: string
  readonly parent_id: string
  readonly template: boolean
}

export interface OrganizationChange {
  readonly authentication_mechanisms?: readonly ('totp' | 'password' | 'otp' | 'email_otp' | 'sms_otp' | 'webauthn')[] | undefined
  readonly color?: string | undefined
  readonly description?: string | undefined
  readonly domains?: readonly string[] | undefined
  readonly id?: string | undefined
  readonly metadata?: ServerMetadata | undefined
  readonly name?: string | undefined
  readonly parent_id?: string | undefined
  readonly template?: boolean | undefined
}

export interface PasswordPolicy {
  readonly capital_letters?: number | undefined
  readonly digits?: number | undefined
  readonly lowercase_letters?: number | undefined
  readonly min_length?: number | undefined
  readonly not_used_since?: number | undefined
  readonly special_characters?: number | undefined
  readonly strength?: 'any' | 'weak' | 'fair' | 'strong' | 'very_strong' | undefined
}

export interface Pool {
  readonly authentication_mechanisms?: readonly ('totp' | 'password' | 'otp' | 'email_otp' | 'sms_otp' | 'webauthn')[] | undefined
  readonly badge_color?: string | undefined
  readonly business_metadata_schema_id?: string | undefined
  readonly identifier_case_insensitive?: boolean | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  readonly metadata_schema_id?: string | undefined
  readonly mfa_session_ttl?: string | undefined
  readonly otp_settings?: {
    readonly activation?: {
      readonly length?: number | undefined
      readonly ttl?: string | undefined
    } | undefined
    readonly authentication?: {
      readonly length?: number | undefined
      readonly ttl?: string | undefined
    } | undefined
    readonly challenge?: {
      readonly length?: number | undefined
      readonly ttl?: string | undefined
    } | undefined
    readonly enroll_webauthn?: {
      readonly length?: number | undefined
      readonly ttl?: string | undefined
    } | undefined
    readonly reset_password?: {
      readonly length?: number | undefined
      readonly ttl?: string | undefined
    } | undefined
    readonly reset_totp?: {
      readonly length?: number | undefined
      readonly ttl?: string | undefined
    } | undefined
    readonly verify_address?: {
      readonly length?: number | undefined
      readonly ttl?: string | undefined
    } | undefined
  } | undefined
  readonly password_policy?: PasswordPolicy | undefined
  readonly password_settings?: {
    readonly expires_after?: string | undefined
    readonly hashing_method?: 'bcrypt' | 'pbkdf2' | 'argon2' | 'sha' | undefined
  } | undefined
  readonly payload_schema_id?: string | undefined
  readonly preferred_authentication_mechanism?: 'totp' | 'password' | 'otp' | 'email_otp' | 'sms_otp' | 'webauthn' | undefined
  readonly public_registration_allowed?: boolean | undefined
  readonly reset_credentials_settings?: {
    readonly do_not_allow_users_to_self_reset_credentials?: boolean | undefined
  } | undefined
  readonly second_factor_authentication_mechanisms?: readonly ('totp' | 'password' | 'otp' | 'email_otp' | 'sms_otp' | 'webauthn')[] | undefined
  readonly second_factor_preferred_authentication_mechanism?: 'totp' | 'password' | 'otp' | 'email_otp' | 'sms_otp' | 'webauthn' | undefined
  readonly second_factor_threshold?: number | undefined
  readonly id: string
  readonly name: string
  readonly description: string
  readonly tenant_id: string
  readonly workspace_id: string
  readonly deleted: boolean
  readonly system: boolean
  readonly number_of_users?: number | undefined
}

export interface PoolInput {
  readonly authentication_mechanisms?: readonly ('totp' | 'password' | 'otp' | 'email_otp' | 'sms_otp' | 'webauthn')[] | undefined
  readonly badge_color?: string | undefined
  readonly business_metadata_schema_id?: string | undefined
  readonly identifier_case_insensitive?: boolean | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  readonly metadata_schema_id?: string | undefined
  readonly mfa_session_ttl?: string | undefined
  readonly otp_settings?: {
    readonly activation?: {
      readonly length?: number | undefined
      readonly ttl?: string | undefined
    } | undefined
    readonly authentication?: {
      readonly length?: number | undefined
      readonly ttl?: string | undefined
    } | undefined
    readonly challenge?: {
      readonly length?: number | undefined
      readonly ttl?: string | undefined
    } | undefined
    readonly enroll_webauthn?: {
      readonly length?: number | undefined
      readonly ttl?: string | undefined
    } | undefined
    readonly reset_password?: {
      readonly length?: number | undefined
      readonly ttl?: string | undefined
    } | undefined
    readonly reset_totp?: {
      readonly length?: number | undefined
      readonly ttl?: string | undefined
    } | undefined
    readonly verify_address?: {
      readonly length?: number | undefined
      readonly ttl?: string | undefined
    } | undefined
  } | undefined
  readonly password_policy?: PasswordPolicy | undefined
  readonly password_settings?: {
    readonly expires_after?: string | undefined
    readonly hashing_method?: 'bcrypt' | 'pbkdf2' | 'argon2' | 'sha' | undefined
  } | undefined
  readonly payload_schema_id?: string | undefined
  readonly preferred_authentication_mechanism?: 'totp' | 'password' | 'otp' | 'email_otp' | 'sms_otp' | 'webauthn' | undefined
  readonly public_registration_allowed?: boolean | undefined
  readonly reset_credentials_settings?: {
    readonly do_not_allow_users_to_self_reset_credentials?: boolean | undefined
  } | undefined
  readonly second_factor_authentication_mechanisms?: readonly ('totp' | 'password' | 'otp' | 'email_otp' | 'sms_otp' | 'webauthn')[] | undefined
  readonly second_factor_preferred_authentication_mechanism?: 'totp' | 'password' | 'otp' | 'email_otp' | 'sms_otp' | 'webauthn' | undefined
  readonly second_factor_threshold?: number | undefined
  readonly id?: string | undefined
  readonly name: string
  readonly description?: string | undefined
  readonly tenant_id?: string | undefined
  readonly workspace_id?: string | undefined
  readonly deleted?: boolean | undefined
  readonly system?: boolean | undefined
}

export interface Schema {
  readonly id?: string | undefined
  readonly tenant_id: string
  readonly name: string
  readonly description?: string | undefined
  readonly schema: Readonly<Record<string, unknown>>
  readonly system?: boolean | undefined
  readonly created_at?: string | undefined
  readonly updated_at?: string | undefined
}

export interface Server {
  readonly authentication_context_settings?: Readonly<Record<string, unknown>> | undefined
  readonly authentication_mechanisms?: readonly ('totp' | 'password' | 'otp' | 'email_otp' | 'sms_otp' | 'webauthn')[] | undefined
  readonly color?: string | undefined
  readonly description?: string | undefined
  readonly idp_discovery?: Readonly<Record<string, unknown>> | undefined
  readonly logo_uri?: string | undefined
  readonly metadata?: ServerMetadata | undefined
  readonly profile?: 'default' | 'demo' | 'workforce' | 'consumer' | 'partners' | 'third_party' | 'fapi_advanced' | 'fapi_rw' | 'fapi_ro' | 'openbanking_uk_fapi_advanced' | 'openbanking_uk' | 'openbanking_br' | 'openbanking_br_unico' | 'cdr_australia' | 'cdr_australia_fapi_rw' | 'fdx' | 'openbanking_ksa' | 'fapi_20_security' | 'fapi_20_message_signing' | 'connect_id' | undefined
  readonly settings?: Readonly<Record<string, unknown>> | undefined
  readonly sso?: Readonly<Record<string, unknown>> | undefined
  readonly subject_format?: 'hash' | 'legacy' | undefined
  readonly template?: boolean | undefined
  readonly access_token_strategy?: 'jwt' | 'opaque' | undefined
  readonly access_token_ttl?: string | undefined
  readonly advanced?: Readonly<Record<string, unknown>> | undefined
  readonly authorization_code_ttl?: string | undefined
  readonly backchannel_token_delivery_modes_supported?: readonly string[] | undefined
  readonly backchannel_user_code_parameter_supported?: boolean | undefined
  readonly cdr?: Readonly<Record<string, unknown>> | undefined
  readonly consent_id_namespace?: string | undefined
  readonly cookie_max_age?: string | undefined
  readonly custom_issuer_url?: string | undefined
  readonly device_authorization?: Readonly<Record<string, unknown>> | undefined
  readonly dynamic_client_registration?: Readonly<Record<string, unknown>> | undefined
  readonly dynamic_scope_separator?: string | undefined
  readonly enable_idp_discovery?: boolean | undefined
  readonly enable_legacy_clients_with_no_software_statement?: boolean | undefined
  readonly enable_quick_access?: boolean | undefined
  readonly enable_trust_anchor?: boolean | undefined
  readonly enforce_id_token_encryption?: boolean | undefined
  readonly enforce_pkce?: boolean | undefined
  readonly enforce_pkce_for_public_clients?: boolean | undefined
  readonly fdx?: Readonly<Record<string, unknown>> | undefined
  readonly grant_types?: readonly ('authorization_code' | 'implicit' | 'client_credentials' | 'refresh_token' | 'password' | 'urn:ietf:params:oauth:grant-type:jwt-bearer' | 'urn:openid:params:grant-type:ciba' | 'urn:ietf:params:oauth:grant-type:token-exchange' | 'urn:ietf:params:oauth:grant-type:device_code')[] | undefined
  readonly id_token_ttl?: string | undefined
  readonly identity_assurance?: Readonly<Record<string, unknown>> | undefined
  readonly issuer_id?: string | undefined
  readonly key_type?: 'rsa' | 'ecdsa' | 'ps' | undefined
  readonly legal_entity?: Readonly<Record<string, unknown>> | undefined
  readonly obbr?: Readonly<Record<string, unknown>> | undefined
  readonly organization?: Readonly<Record<string, unknown>> | undefined
  readonly pushed_authorization_request_ttl?: string | undefined
  readonly refresh_token_ttl?: string | undefined
  readonly require_pushed_authorization_requests?: boolean | undefined
  readonly response_types?: readonly ('token' | 'id_token' | 'code' | 'code id_token' | 'token id_token' | 'token code' | 'token id_token code' | 'none')[] | undefined
  readonly root_cas?: string | undefined
  readonly saml?: Readonly<Record<string, unknown>> | undefined
  readonly scope_claim_formats?: readonly string[] | undefined
  readonly styling?: Readonly<Record<string, unknown>> | undefined
  readonly subject_identifier_types?: readonly ('public' | 'pairwise')[] | undefined
  readonly token_endpoint_auth_methods?: readonly ('client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'self_signed_tls_client_auth' | 'tls_client_auth' | 'none' | 'unspecified')[] | undefined
  readonly token_endpoint_auth_signing_alg_values?: readonly string[] | undefined
  readonly token_endpoint_authn_methods?: readonly ('client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'self_signed_tls_client_auth' | 'tls_client_auth' | 'none' | 'unspecified')[] | undefined
  readonly trust_anchor_configuration?: Readonly<Record<string, unknown>> | undefined
  readonly id: string
  readonly issuer_url: string
  readonly name: string
  readonly theme_id?: string | undefined
  readonly type: 'admin' | 'developer' | 'system' | 'regular' | 'organization'
  readonly tenant_id: string
  readonly version: number
}

export interface ServerInput {
  readonly authentication_context_settings?: Readonly<Record<string, unknown>> | undefined
  readonly authentication_mechanisms?: readonly ('totp' | 'password' | 'otp' | 'email_otp' | 'sms_otp' | 'webauthn')[] | undefined
  readonly color?: string | undefined
  readonly description?: string | undefined
  readonly idp_discovery?: Readonly<Record<string, unknown>> | undefined
  readonly logo_uri?: string | undefined
  readonly metadata?: ServerMetadata | undefined
  readonly profile?: 'default' | 'demo' | 'workforce' | 'consumer' | 'partners' | 'third_party' | 'fapi_advanced' | 'fapi_rw' | 'fapi_ro' | 'openbanking_uk_fapi_advanced' | 'openbanking_uk' | 'openbanking_br' | 'openbanking_br_unico' | 'cdr_australia' | 'cdr_australia_fapi_rw' | 'fdx' | 'openbanking_ksa' | 'fapi_20_security' | 'fapi_20_message_signing' | 'connect_id' | undefined
  readonly settings?: Readonly<Record<string, unknown>> | undefined
  readonly sso?: Readonly<Record<string, unknown>> | undefined
  readonly subject_format?: 'hash' | 'legacy' | undefined
  readonly template?: boolean | undefined
  readonly access_token_strategy?: 'jwt' | 'opaque' | undefined
  readonly access_token_ttl?: string | undefined
  readonly advanced?: Readonly<Record<string, unknown>> | undefined
  readonly authorization_code_ttl?: string | undefined
  readonly backchannel_token_delivery_modes_supported?: readonly string[] | undefined
  readonly backchannel_user_code_parameter_supported?: boolean | undefined
  readonly cdr?: Readonly<Record<string, unknown>> | undefined
  readonly consent_id_namespace?: string | undefined
  readonly cookie_max_age?: string | undefined
  readonly custom_issuer_url?: string | undefined
  readonly device_authorization?: Readonly<Record<string, unknown>> | undefined
  readonly dynamic_client_registration?: Readonly<Record<string, unknown>> | undefined
  readonly dynamic_scope_separator?: string | undefined
  readonly enable_idp_discovery?: boolean | undefined
  readonly enable_legacy_clients_with_no_software_statement?: boolean | undefined
  readonly enable_quick_access?: boolean | undefined
  readonly enable_trust_anchor?: boolean | undefined
  readonly enforce_id_token_encryption?: boolean | undefined
  readonly enforce_pkce?: boolean | undefined
  readonly enforce_pkce_for_public_clients?: boolean | undefined
  readonly fdx?: Readonly<Record<string, unknown>> | undefined
  readonly grant_types?: readonly ('authorization_code' | 'implicit' | 'client_credentials' | 'refresh_token' | 'password' | 'urn:ietf:params:oauth:grant-type:jwt-bearer' | 'urn:openid:params:grant-type:ciba' | 'urn:ietf:params:oauth:grant-type:token-exchange' | 'urn:ietf:params:oauth:grant-type:device_code')[] | undefined
  readonly id_token_ttl?: string | undefined
  readonly identity_assurance?: Readonly<Record<string, unknown>> | undefined
  readonly issuer_id?: string | undefined
  readonly key_type?: 'rsa' | 'ecdsa' | 'ps' | undefined
  readonly legal_entity?: Readonly<Record<string, unknown>> | undefined
  readonly obbr?: Readonly<Record<string, unknown>> | undefined
  readonly organization?: Readonly<Record<string, unknown>> | undefined
  readonly pushed_authorization_request_ttl?: string | undefined
  readonly refresh_token_ttl?: string | undefined
  readonly require_pushed_authorization_requests?: boolean | undefined
  readonly response_types?: readonly ('token' | 'id_token' | 'code' | 'code id_token' | 'token id_token' | 'token code' | 'token id_token code' | 'none')[] | undefined
  readonly root_cas?: string | undefined
  readonly saml?: Readonly<Record<string, unknown>> | undefined
  readonly scope_claim_formats?: readonly string[] | undefined
  readonly styling?: Readonly<Record<string, unknown>> | undefined
  readonly subject_identifier_types?: readonly ('public' | 'pairwise')[] | undefined
  readonly token_endpoint_auth_methods?: readonly ('client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'self_signed_tls_client_auth' | 'tls_client_auth' | 'none' | 'unspecified')[] | undefined
  readonly token_endpoint_auth_signing_alg_values?: readonly string[] | undefined
  readonly token_endpoint_authn_methods?: readonly ('client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'self_signed_tls_client_auth' | 'tls_client_auth' | 'none' | 'unspecified')[] | undefined
  readonly trust_anchor_configuration?: Readonly<Record<string, unknown>> | undefined
  readonly id?: string | undefined
  readonly name?: string | undefined
  readonly tenant_id?: string | undefined
  readonly parent_id?: string | undefined
  readonly type?: 'admin' | 'developer' | 'system' | 'regular' | 'organization' | undefined
  readonly version?: number | undefined
  readonly jwks?: Readonly<Record<string, unknown>> | undefined
  readonly rotated_secrets?: readonly string[] | undefined
  readonly secret?: string | undefined
  readonly subject_identifier_algorithm_salt?: string | undefined
}

export interface ServerMetadata {
  readonly payload?: Readonly<Record<string, unknown>> | undefined
  readonly schema?: Readonly<Record<string, unknown>> | undefined
}

export interface ShownWebAuthnKeys {
  readonly credentials: readonly ({
    readonly id?: readonly number[] | undefined
    readonly publicKey?: readonly number[] | undefined
    readonly attestationType?: string | undefined
    readonly transport?: readonly string[] | undefined
    readonly flags?: {
      readonly backupEligible?: boolean | undefined
      readonly backupState?: boolean | undefined
      readonly userPresent?: boolean | undefined
      readonly userVerified?: boolean | undefined
    } | undefined
    readonly authenticator?: {
      readonly AAGUID?: readonly number[] | undefined
      readonly attachment?: string | undefined
      readonly cloneWarning?: boolean | undefined
      readonly signCount?: number | undefined
    } | undefined
    readonly attestation?: {
      readonly authenticatorData?: readonly number[] | undefined
      readonly clientDataHash?: readonly number[] | undefined
      readonly clientDataJSON?: readonly number[] | undefined
      readonly object?: readonly number[] | undefined
      readonly publicKeyAlgorithm?: number | undefined
    } | undefined
  })[]
}

export interface SystemClient {
  readonly app_url?: string | undefined
  readonly application_type?: string | undefined
  readonly application_types?: readonly ('single_page' | 'server_web' | 'mobile_desktop' | 'service' | 'legacy' | 'dcr')[] | undefined
  readonly audience?: readonly string[] | undefined
  readonly authorization_details_types?: readonly string[] | undefined
  readonly authorization_encrypted_response_alg?: 'RSA-OAEP' | 'RSA-OAEP-256' | undefined
  readonly authorization_encrypted_response_enc?: 'A256GCM' | 'A128CBC-HS256' | undefined
  readonly authorization_server_id: string
  readonly authorization_signed_response_alg?: string | undefined
  readonly backchannel_authentication_request_signing_alg?: string | undefined
  readonly backchannel_client_notification_endpoint?: string | undefined
  readonly backchannel_logout_session_required?: boolean | undefined
  readonly backchannel_logout_uri?: string | undefined
  readonly backchannel_token_delivery_mode?: string | undefined
  readonly backchannel_user_code_parameter?: boolean | undefined
  readonly certificate?: string | undefined
  readonly client_id?: string | undefined
  readonly client_id_issued_at?: number | undefined
  readonly client_name?: string | undefined
  readonly client_secret?: string | undefined
  readonly client_secret_expires_at?: number | undefined
  readonly client_status?: 'active' | 'inactive' | undefined
  readonly client_type?: 'oauth2' | 'saml' | undefined
  readonly client_uri?: string | undefined
  readonly created_at?: string | undefined
  readonly default_acr_values?: readonly string[] | undefined
  readonly description?: string | undefined
  readonly developer_id?: string | undefined
  readonly developer_metadata?: Readonly<Record<string, unknown>> | undefined
  readonly dpop_bound_access_tokens?: boolean | undefined
  readonly fdx?: Readonly<Record<string, unknown>> | undefined
  readonly grant_types?: readonly ('authorization_code' | 'implicit' | 'client_credentials' | 'refresh_token' | 'password' | 'urn:ietf:params:oauth:grant-type:jwt-bearer' | 'urn:openid:params:grant-type:ciba' | 'urn:ietf:params:oauth:grant-type:token-exchange' | 'urn:ietf:params:oauth:grant-type:device_code')[] | undefined
  readonly hashed_rotated_secrets?: readonly string[] | undefined
  readonly hashed_secret?: string | undefined
  readonly id_token_encrypted_response_alg?: 'RSA-OAEP' | 'RSA-OAEP-256' | undefined
  readonly id_token_encrypted_response_enc?: 'A256GCM' | 'A128CBC-HS256' | undefined
  readonly id_token_signed_response_alg?: 'RS256' | 'ES256' | 'PS256' | undefined
  readonly introspection_endpoint_auth_method?: 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'self_signed_tls_client_auth' | 'tls_client_auth' | 'none' | undefined
  readonly jwks?: {
    readonly keys?: readonly Readonly<Record<string, unknown>>[] | undefined
  } | undefined
  readonly jwks_uri?: string | undefined
  readonly logo_uri?: string | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  readonly organisation_id?: string | undefined
  readonly policy_uri?: string | undefined
  readonly post_logout_redirect_uris?: readonly string[] | undefined
  readonly privacy?: {
    readonly scopes?: Readonly<Record<string, unknown>> | undefined
  } | undefined
  readonly redirect_uris?: readonly string[] | undefined
  readonly request_object_encryption_alg?: 'RSA-OAEP' | 'RSA-OAEP-256' | undefined
  readonly request_object_encryption_enc?: 'A256GCM' | 'A128CBC-HS256' | undefined
  readonly request_object_signing_alg?: 'any' | 'none' | 'RS256' | 'ES256' | 'PS256' | undefined
  readonly request_uris?: readonly string[] | undefined
  readonly require_pushed_authorization_requests?: boolean | undefined
  readonly response_types?: readonly ('token' | 'id_token' | 'code' | 'code id_token' | 'token id_token' | 'token code' | 'token id_token code' | 'none')[] | undefined
  readonly revocation_endpoint_auth_method?: 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'self_signed_tls_client_auth' | 'tls_client_auth' | 'none' | undefined
  readonly rotated_secrets?: readonly string[] | undefined
  readonly scope?: string | undefined
  readonly scopes?: readonly string[] | undefined
  readonly sector_identifier_uri?: string | undefined
  readonly software_statement?: string | undefined
  readonly software_statement_payload?: Readonly<Record<string, unknown>> | undefined
  readonly subject_type?: 'public' | 'pairwise' | undefined
  readonly system?: boolean | undefined
  readonly tenant_id: string
  readonly tls_client_auth_san_dns?: string | undefined
  readonly tls_client_auth_san_email?: string | undefined
  readonly tls_client_auth_san_ip?: string | undefined
  readonly tls_client_auth_san_uri?: string | undefined
  readonly tls_client_auth_subject_dn?: string | undefined
  readonly tls_client_certificate_bound_access_tokens?: boolean | undefined
  readonly token_endpoint_auth_method?: 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'self_signed_tls_client_auth' | 'tls_client_auth' | 'none' | 'unspecified' | undefined
  readonly token_endpoint_auth_signing_alg?: 'RS256' | 'ES256' | 'PS256' | 'HS256' | '' | undefined
  readonly token_exchange?: {
    readonly actor_claims?: readonly string[] | undefined
  } | undefined
  readonly token_ttls?: {
    readonly access_token_ttl?: string | undefined
    readonly authorization_code_ttl?: string | undefined
    readonly id_token_ttl?: string | undefined
    readonly refresh_token_ttl?: string | undefined
  } | undefined
  readonly tos_uri?: string | undefined
  readonly trusted?: boolean | undefined
  readonly updated_at?: string | undefined
  readonly use_custom_token_ttls?: boolean | undefined
  readonly userinfo_signed_response_alg?: 'none' | 'RS256' | 'ES256' | undefined
  readonly saml_allowed_attributes?: readonly string[] | undefined
  readonly saml_metadata?: Readonly<Record<string, unknown>> | undefined
  readonly saml_metadata_updated_at?: string | undefined
  readonly saml_metadata_url?: string | undefined
  readonly saml_override_attributes?: boolean | undefined
  readonly saml_service_provider_id?: string | undefined
  readonly saml_signing_hash?: 'sha-1' | 'sha-256' | 'sha-512' | undefined
  readonly saml_subject_name_id?: string | undefined
  readonly saml_subject_name_id_format?: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified' | 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' | 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress' | 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' | undefined
  readonly dynamically_registered?: boolean | undefined
  readonly obbr?: {
    readonly webhook_uris?: readonly string[] | undefined
  } | undefined
  readonly software_id?: string | undefined
  readonly software_version?: string | undefined
  readonly confirmation?: {
    readonly jkt?: string | undefined
    readonly 'x5t#S256'?: string | undefined
  } | undefined
  readonly registration_token?: {
    readonly client_uri?: string | undefined
    readonly expires_in?: number | undefined
    readonly signature?: string | undefined
  } | undefined
}

export interface Theme {
  readonly name: string
  readonly logo_url?: string | undefined
  readonly brand?: {
    readonly name?: string | undefined
    readonly colour?: string | undefined
    readonly help_email?: string | undefined
    readonly help_phone?: string | undefined
    readonly help_url?: string | undefined
  } | undefined
  readonly id: string
  readonly tenant_id: string
}

export interface ThemeInput {
  readonly name?: string | undefined
  readonly logo_url?: string | undefined
  readonly brand?: {
    readonly name?: string | undefined
    readonly colour?: string | undefined
    readonly help_email?: string | undefined
    readonly help_phone?: string | undefined
    readonly help_url?: string | undefined
  } | undefined
  readonly id?: string | undefined
  readonly tenant_id?: string | undefined
}

export interface TotpChange {
  readonly new_totp_secret: string
  readonly totp: string
}

export interface User {
  readonly business_metadata_schema_id?: string | undefined
  readonly metadata_schema_id?: string | undefined
  readonly payload_schema_id?: string | undefined
  readonly business_metadata: Readonly<Record<string, unknown>>
  readonly metadata: Readonly<Record<string, unknown>>
  readonly payload: Readonly<Record<string, unknown>>
  readonly created_at: string
  readonly updated_at: string
  readonly status_updated_at: string
  readonly id: string
  readonly status: 'active' | 'inactive' | 'deleted' | 'new'
  readonly tenant_id: string
  readonly user_pool_id: string
  readonly credentials: readonly Credential[]
  readonly identifiers: readonly Identifier[]
  readonly verifiable_addresses: readonly Address[]
}

export interface UserChange {
  readonly business_metadata?: Readonly<Record<string, unknown>> | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  readonly payload?: Readonly<Record<string, unknown>> | undefined
  readonly business_metadata_schema_id?: string | undefined
  readonly metadata_schema_id?: string | undefined
  readonly payload_schema_id?: string | undefined
  readonly status?: 'active' | 'inactive' | 'deleted' | 'new' | undefined
}

export interface UserFilter {
  readonly user_key?: string | undefined
  readonly payload?: Readonly<Record<string, unknown>> | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

export interface WebAuthnName {
  readonly name?: string | undefined
}

export interface WebAuthnOptions {
  readonly publicKey: {
    readonly challenge: readonly number[]
    readonly rpId: string
    readonly timeout: number
    readonly userVerification: string
    readonly allowCredentials?: readonly ({
      readonly id: readonly number[]
      readonly type: string
      readonly transports: readonly string[]
    })[] | undefined
    readonly extensions?: Readonly<Record<string, unknown>> | undefined
    readonly hints?: readonly string[] | undefined
    readonly rp: {
      readonly id: string
      readonly name: string
    }
    readonly user: {
      readonly id: readonly number[]
      readonly name: string
      readonly displayName: string
    }
    readonly pubKeyCredParams: readonly ({
      readonly type: 'public-key'
      readonly alg: number
    })[]
    readonly attestation: 'none'
    readonly authenticatorSelection: {
      readonly residentKey: string
      readonly userVerification: string
    }
    readonly excludeCredentials: readonly ({
      readonly id: readonly number[]
      readonly type: string
      readonly transports: readonly string[]
    })[]
  }
}

export interface WebAuthnRegistration {
  readonly id?: string | undefined
  readonly rawId?: readonly number[] | string | undefined
  readonly type?: string | undefined
  readonly authenticatorAttachment?: string | undefined
  readonly clientExtensionResults?: Readonly<Record<string, unknown>> | undefined
  readonly response?: {
    readonly attestationObject?: readonly number[] | string | undefined
    readonly authenticatorData?: readonly number[] | string | undefined
    readonly clientDataJSON?: readonly number[] | string | undefined
    readonly publicKey?: readonly number[] | string | undefined
    readonly publicKeyAlgorithm?: number | undefined
    readonly transports?: readonly string[] | undefined
  } | undefined
}

export interface WebhookInput {
  readonly active?: boolean | undefined
  readonly events?: Readonly<Record<string, readonly string[]>> | undefined
  readonly insecure?: boolean | undefined
  readonly url?: string | undefined
  readonly api_key?: string | undefined
  readonly server_id?: string | undefined
  readonly tenant_id?: string | undefined
  readonly webhook_id?: string | undefined
}

export interface WorkspaceSecret {
  readonly id: string
  readonly tenant_id: string
  readonly server_id: string
  readonly secret: string
  readonly created_at: string
}

export interface WorkspaceSecretInput {
  readonly id: string
  readonly tenant_id: string
  readonly server_id: string
  readonly secret: string
  readonly value?: string | undefined
  readonly created_at?: string | undefined
}
