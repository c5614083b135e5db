// Made from the contract by `npm run docs`; changes by hand are lost.

import type { Line } from '../line.ts'
import type * as shapes from './shapes.ts'

/** What goes into each operation and what comes back. */
export interface Operations {
  admin: {
    /** `POST /api/admin/{tid}/servers/{wid}/bind-theme/{themeID}`, scope `manage_configuration`. */
    bindServerTheme: {
      input: {
        readonly wid: string
        readonly themeID: string
      }
      answer: {
        readonly server_id: string
        readonly tenant_id: string
        readonly theme_id?: string | undefined
      }
    }
    /** `POST /api/admin/{tid}/servers`, scope `manage_servers`. */
    createAuthorizationServer: {
      input: {
        readonly with_demo_client?: boolean | undefined
        readonly body: shapes.ServerInput
      }
      answer: shapes.Server
    }
    /** `POST /api/admin/{tid}/clients`, scope `manage_clients`. */
    createClient: {
      input: {
        readonly application_purpose?: string | undefined
        readonly body: shapes.NewAdminClient
      }
      answer: shapes.AdminClient
    }
    /** `POST /api/admin/{tid}/organizations`, scope `manage_configuration`. */
    createOrganization: {
      input: {
        readonly body: shapes.NewOrganization
      }
      answer: shapes.Organization
    }
    /** `POST /api/admin/{tid}/theme`, scope `manage_configuration`. */
    createTheme: {
      input: {
        readonly source_theme_id?: string | undefined
        readonly body: shapes.ThemeInput
      }
      answer: shapes.Theme
    }
    /** `POST /api/admin/{tid}/servers/{wid}/webhooks`, scope `manage_configuration`. */
    createWebhook: {
      input: {
        readonly wid: string
        readonly body: shapes.WebhookInput
      }
      answer: {
        readonly active?: boolean | undefined
        readonly events?: Readonly<Record<string, readonly string[]>> | undefined
        readonly insecure?: boolean | undefined
        readonly url?: string | undefined
        readonly webhook_id: string
        readonly api_key: string
      }
    }
    /** `DELETE /api/admin/{tid}/servers/{wid}`, scope `manage_servers`. */
    deleteAuthorizationServer: {
      input: {
        readonly wid: string
      }
      answer: undefined
    }
    /** `DELETE /api/admin/{tid}/bruteforce/{protectedType}`, scope `manage_configuration`. */
    deleteBruteForceLimit: {
      input: {
        readonly protectedType: string
      }
      answer: undefined
    }
    /** `DELETE /api/admin/{tid}/clients/{cid}`, scope `manage_clients`. */
    deleteClient: {
      input: {
        readonly cid: string
      }
      answer: undefined
    }
    /** `DELETE /api/admin/{tid}/organizations/{wid}`, scope `manage_configuration`. */
    deleteOrganization: {
      input: {
        readonly wid: string
      }
      answer: undefined
    }
    /** `DELETE /api/admin/{tid}/theme/{themeID}`, scope `manage_configuration`. */
    deleteTheme: {
      input: {
        readonly themeID: string
      }
      answer: undefined
    }
    /** `DELETE /api/admin/{tid}/servers/{wid}/webhooks/{webhookID}`, scope `manage_configuration`. */
    deleteWebhook: {
      input: {
        readonly wid: string
        readonly webhookID: string
      }
      answer: undefined
    }
    /** `GET /api/admin/{tid}/servers/{wid}`, scope `read_configuration`. */
    getAuthorizationServer: {
      input: {
        readonly wid: string
      }
      answer: shapes.Server
    }
    /** `GET /api/admin/{tid}/clients/{cid}`, scope `view_clients`. */
    getClient: {
      input: {
        readonly cid: string
      }
      answer: shapes.AdminClient
    }
    /** `GET /api/admin/{tid}/organizations/{wid}`, scope `read_configuration`. */
    getOrganization: {
      input: {
        readonly wid: string
      }
      answer: shapes.Organization
    }
    /** `GET /api/admin/{tid}/servers/{wid}/theme`, scope `read_configuration`. */
    getServerTheme: {
      input: {
        readonly wid: string
      }
      answer: {
        readonly server_id: string
        readonly tenant_id: string
        readonly theme_id?: string | undefined
      }
    }
    /** `GET /api/admin/{tid}/theme/{themeID}`, scope `read_configuration`. */
    getTheme: {
      input: {
        readonly themeID: string
      }
      answer: shapes.Theme
    }
    /** `GET /api/admin/{tid}/servers/{wid}/webhooks/{webhookID}`, scope `read_configuration`. */
    getWebhook: {
      input: {
        readonly wid: string
        readonly webhookID: string
      }
      answer: {
        readonly active?: boolean | undefined
        readonly events?: Readonly<Record<string, readonly string[]>> | undefined
        readonly insecure?: boolean | undefined
        readonly url?: string | undefined
        readonly webhook_id: string
      }
    }
    /** `GET /api/admin/{tid}/workspaces/{wid}`, scope `read_configuration`. */
    getWorkspace: {
      input: {
        readonly wid: string
      }
      answer: shapes.Server
    }
    /** `GET /api/admin/{tid}/servers`, scope `read_configuration`. */
    listAuthorizationServers: {
      input: {
        readonly server_types?: string | undefined
        readonly search_phrase?: string | undefined
        readonly after_server_id?: string | undefined
        readonly before_server_id?: string | undefined
        readonly sort?: 'id' | undefined
        readonly limit?: number | undefined
        readonly order?: 'asc' | 'desc' | undefined
      }
      answer: {
        readonly servers: readonly shapes.Server[]
      }
      item: shapes.Server
    }
    /** `GET /api/admin/{tid}/bruteforce`, scope `read_configuration`. */
    listBruteForceLimits: {
      input: Record<string, never>
      answer: {
        readonly brute_force_limits: readonly shapes.BruteForceLimit[]
      }
      item: shapes.BruteForceLimit
    }
    /** `GET /api/admin/{tid}/servers/{wid}/clients`, scope `view_clients`. */
    listClients: {
      input: {
        readonly wid: string
        readonly search_phrase?: string | undefined
        readonly type?: string | undefined
        readonly application_types?: string | undefined
        readonly client_types?: string | undefined
        readonly after_client_id?: string | undefined
        readonly before_client_id?: string | undefined
        readonly sort?: 'id' | undefined
        readonly limit?: number | undefined
        readonly order?: 'asc' | 'desc' | undefined
      }
      answer: {
        readonly clients: readonly shapes.AdminClient[]
      }
      item: shapes.AdminClient
    }
    /** `GET /api/admin/{tid}/organizations`, scope `read_configuration`. */
    listOrganizations: {
      input: {
        readonly search_phrase?: string | undefined
        readonly template?: boolean | undefined
        readonly parent_id?: string | undefined
        readonly after_organization_id?: string | undefined
        readonly before_organization_id?: string | undefined
        readonly sort?: 'id' | undefined
        readonly limit?: number | undefined
        readonly order?: 'asc' | 'desc' | undefined
      }
      answer: {
        readonly organizations: readonly shapes.Organization[]
      }
      item: shapes.Organization
    }
    /** `GET /api/admin/{tid}/servers/{wid}/webhooks`, scope `read_configuration`. */
    listServerWebhooks: {
      input: {
        readonly wid: string
      }
      answer: {
        readonly webhooks: readonly ({
          readonly active?: boolean | undefined
          readonly events?: Readonly<Record<string, readonly string[]>> | undefined
          readonly insecure?: boolean | undefined
          readonly url?: string | undefined
          readonly webhook_id: string
        })[]
      }
      item: {
        readonly active?: boolean | undefined
        readonly events?: Readonly<Record<string, readonly string[]>> | undefined
        readonly insecure?: boolean | undefined
        readonly url?: string | undefined
        readonly webhook_id: string
      }
    }
    /** `GET /api/admin/{tid}/themes`, scope `read_configuration`. */
    listThemes: {
      input: Record<string, never>
      answer: {
        readonly themes: readonly shapes.Theme[]
      }
      item: shapes.Theme
    }
    /** `GET /api/admin/{tid}/webhooks/events/{wid}`, scope `read_configuration`. */
    listWebhookEvents: {
      input: {
        readonly wid: string
      }
      answer: {
        readonly etag?: string | undefined
        readonly subjects: readonly ({
          readonly name: string
          readonly description: string
          readonly events: readonly ({
            readonly name: string
            readonly description: string
          })[]
        })[]
      }
    }
    /** `GET /api/admin/{tid}/workspaces`, scope `read_configuration`. */
    listWorkspaces: {
      input: {
        readonly workspace_types?: string | undefined
        readonly template?: boolean | undefined
        readonly theme_id?: string | undefined
        readonly search_phrase?: string | undefined
        readonly after_workspace_id?: string | undefined
        readonly before_workspace_id?: string | undefined
        readonly sort?: 'id' | undefined
        readonly limit?: number | undefined
        readonly order?: 'asc' | 'desc' | undefined
      }
      answer: {
        readonly workspaces: readonly ({
          readonly authentication_context_settings?: Readonly<Record<string, unknown>> | undefined
          readonly authentication_mechanisms?: readonly ('totp' | 'password' | 'otp' | 'email_otp' | 'sms_otp' | 'webauthn')[] | undefined
          readonly color?: string | undefined
          readonly description?: string | undefined
          readonly idp_discovery?: Readonly<Record<string, unknown>> | undefined
          readonly logo_uri?: string | undefined
          readonly metadata?: shapes.ServerMetadata | undefined
          readonly profile?: 'default' | 'demo' | 'workforce' | 'consumer' | 'partners' | 'third_party' | 'fapi_advanced' | 'fapi_rw' | 'fapi_ro' | 'openbanking_uk_fapi_advanced' | 'openbanking_uk' | 'openbanking_br' | 'openbanking_br_unico' | 'cdr_australia' | 'cdr_australia_fapi_rw' | 'fdx' | 'openbanking_ksa' | 'fapi_20_security' | 'fapi_20_message_signing' | 'connect_id' | undefined
          readonly settings?: Readonly<Record<string, unknown>> | undefined
          readonly sso?: Readonly<Record<string, unknown>> | undefined
          readonly subject_format?: 'hash' | 'legacy' | undefined
          readonly template?: boolean | undefined
          readonly id: string
          readonly issuer_url: string
          readonly name: string
          readonly theme_id?: string | undefined
          readonly type: 'admin' | 'developer' | 'system' | 'regular' | 'organization'
          readonly number_of_child_organizations: number
        })[]
      }
      item: {
        readonly authentication_context_settings?: Readonly<Record<string, unknown>> | undefined
        readonly authentication_mechanisms?: readonly ('totp' | 'password' | 'otp' | 'email_otp' | 'sms_otp' | 'webauthn')[] | undefined
        readonly color?: string | undefined
        readonly description?: string | undefined
        readonly idp_discovery?: Readonly<Record<string, unknown>> | undefined
        readonly logo_uri?: string | undefined
        readonly metadata?: shapes.ServerMetadata | undefined
        readonly profile?: 'default' | 'demo' | 'workforce' | 'consumer' | 'partners' | 'third_party' | 'fapi_advanced' | 'fapi_rw' | 'fapi_ro' | 'openbanking_uk_fapi_advanced' | 'openbanking_uk' | 'openbanking_br' | 'openbanking_br_unico' | 'cdr_australia' | 'cdr_australia_fapi_rw' | 'fdx' | 'openbanking_ksa' | 'fapi_20_security' | 'fapi_20_message_signing' | 'connect_id' | undefined
        readonly settings?: Readonly<Record<string, unknown>> | undefined
        readonly sso?: Readonly<Record<string, unknown>> | undefined
        readonly subject_format?: 'hash' | 'legacy' | undefined
        readonly template?: boolean | undefined
        readonly id: string
        readonly issuer_url: string
        readonly name: string
        readonly theme_id?: string | undefined
        readonly type: 'admin' | 'developer' | 'system' | 'regular' | 'organization'
        readonly number_of_child_organizations: number
      }
    }
    /** `POST /api/admin/{tid}/clients/{cid}/revokeRotatedSecrets`, scope `manage_clients`. */
    revokeRotatedClientSecrets: {
      input: {
        readonly cid: string
      }
      answer: undefined
    }
    /** `POST /api/admin/{tid}/clients/{cid}/rotateSecret`, scope `manage_clients`. */
    rotateClientSecret: {
      input: {
        readonly cid: string
        readonly auto_revoke_after?: string | undefined
      }
      answer: {
        readonly secret: string
      }
    }
    /** `PUT /api/admin/{tid}/bruteforce`, scope `manage_configuration`. */
    setBruteForceLimit: {
      input: {
        readonly body: shapes.BruteForceLimit
      }
      answer: shapes.BruteForceLimit
    }
    /** `POST /api/admin/{tid}/servers/{wid}/unbind-theme`, scope `manage_configuration`. */
    unbindServerTheme: {
      input: {
        readonly wid: string
      }
      answer: {
        readonly server_id: string
        readonly tenant_id: string
        readonly theme_id?: string | undefined
      }
    }
    /** `PUT /api/admin/{tid}/servers/{wid}`, scope `manage_servers`. */
    updateAuthorizationServer: {
      input: {
        readonly wid: string
        readonly body: shapes.ServerInput
      }
      answer: shapes.Server
    }
    /** `PUT /api/admin/{tid}/clients/{cid}`, scope `manage_clients`. */
    updateClient: {
      input: {
        readonly cid: string
        readonly body: shapes.AdminClientChange
      }
      answer: shapes.AdminClient
    }
    /** `PUT /api/admin/{tid}/organizations/{wid}`, scope `manage_configuration`. */
    updateOrganization: {
      input: {
        readonly wid: string
        readonly body: shapes.OrganizationChange
      }
      answer: shapes.Organization
    }
    /** `PUT /api/admin/{tid}/organizations/{wid}/metadata`, scope `manage_configuration`. */
    updateOrganizationMetadata: {
      input: {
        readonly wid: string
        readonly body: {
          readonly payload?: Readonly<Record<string, unknown>> | undefined
        }
      }
      answer: {
        readonly payload?: Readonly<Record<string, unknown>> | undefined
      }
    }
    /** `PUT /api/admin/{tid}/theme/{themeID}`, scope `manage_configuration`. */
    updateTheme: {
      input: {
        readonly themeID: string
        readonly body: shapes.ThemeInput
      }
      answer: shapes.Theme
    }
    /** `PUT /api/admin/{tid}/servers/{wid}/webhooks/{webhookID}`, scope `manage_configuration`. */
    updateWebhook: {
      input: {
        readonly wid: string
        readonly webhookID: string
        readonly body: shapes.WebhookInput
      }
      answer: {
        readonly active?: boolean | undefined
        readonly events?: Readonly<Record<string, readonly string[]>> | undefined
        readonly insecure?: boolean | undefined
        readonly url?: string | undefined
        readonly webhook_id: string
      }
    }
  }
  hub: {
    /** `GET /api/hub/system/promote/config`, scope `read_configuration`. */
    ExportSystemConfig: {
      input: {
        readonly tid: string
        readonly with_credentials?: boolean | undefined
      }
      answer: Readonly<Record<string, unknown>>
    }
    /** `GET /api/hub/{tid}/promote/config`, scope `read_configuration`. */
    ExportTenantConfig: {
      input: {
        readonly with_credentials?: boolean | undefined
      }
      answer: Readonly<Record<string, unknown>>
    }
    /** `GET /api/hub/{tid}/workspaces/{wid}/promote/config`, scope `read_configuration`. */
    ExportWorkspaceConfig: {
      input: {
        readonly wid: string
        readonly with_credentials?: boolean | undefined
      }
      answer: Readonly<Record<string, unknown>>
    }
    /** `POST /api/hub/system/promote/config`, scope `manage_configuration`. */
    ImportSystemConfig: {
      input: {
        readonly tid: string
        readonly mode?: 'ignore' | 'fail' | 'update' | undefined
        readonly dry_run?: 'true' | 'false' | undefined
        readonly body: Readonly<Record<string, unknown>>
      }
      answer: undefined
    }
    /** `POST /api/hub/{tid}/promote/config`, scope `manage_configuration`. */
    ImportTenantConfig: {
      input: {
        readonly mode?: 'ignore' | 'fail' | 'update' | undefined
        readonly dry_run?: 'true' | 'false' | undefined
        readonly body: Readonly<Record<string, unknown>>
      }
      answer: undefined
    }
    /** `POST /api/hub/{tid}/workspaces/{wid}/promote/config`, scope `manage_configuration`. */
    ImportWorkspaceConfig: {
      input: {
        readonly wid: string
        readonly mode?: 'ignore' | 'fail' | 'update' | undefined
        readonly dry_run?: 'true' | 'false' | undefined
        readonly body: Readonly<Record<string, unknown>>
      }
      answer: undefined
    }
    /** `POST /api/hub/{tid}/workspaces/{wid}/clone`, scope `manage_configuration`. */
    cloneWorkspace: {
      input: {
        readonly wid: string
        readonly body: {
          readonly destination_id: string
          readonly patch?: Readonly<Record<string, unknown>> | undefined
        }
      }
      answer: undefined
    }
    /** `PATCH /api/hub/system/promote/config-rfc6902`, scope `manage_configuration`. */
    patchSystemConfigRfc6902: {
      input: {
        readonly tid: string
        readonly mode?: 'ignore' | 'fail' | 'update' | undefined
        readonly dry_run?: 'true' | 'false' | undefined
        readonly body: readonly ({
          readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test'
          readonly path: string
          readonly from?: string | undefined
          readonly value?: string | number | boolean | null | readonly unknown[] | Readonly<Record<string, unknown>> | undefined
        })[]
      }
      answer: undefined
    }
    /** `PATCH /api/hub/system/promote/config-rfc7396`, scope `manage_configuration`. */
    patchSystemConfigRfc7396: {
      input: {
        readonly tid: string
        readonly mode?: 'ignore' | 'fail' | 'update' | undefined
        readonly dry_run?: 'true' | 'false' | undefined
        readonly body: Readonly<Record<string, unknown>>
      }
      answer: undefined
    }
    /** `PATCH /api/hub/{tid}/promote/config-rfc6902`, scope `manage_configuration`. */
    patchTenantConfigRfc6902: {
      input: {
        readonly mode?: 'ignore' | 'fail' | 'update' | undefined
        readonly dry_run?: 'true' | 'false' | undefined
        readonly body: readonly ({
          readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test'
          readonly path: string
          readonly from?: string | undefined
          readonly value?: string | number | boolean | null | readonly unknown[] | Readonly<Record<string, unknown>> | undefined
        })[]
      }
      answer: undefined
    }
    /** `PATCH /api/hub/{tid}/promote/config-rfc7396`, scope `manage_configuration`. */
    patchTenantConfigRfc7396: {
      input: {
        readonly mode?: 'ignore' | 'fail' | 'update' | undefined
        readonly dry_run?: 'true' | 'false' | undefined
        readonly body: Readonly<Record<string, unknown>>
      }
      answer: undefined
    }
    /** `PATCH /api/hub/{tid}/workspaces/{wid}/promote/config-rfc6902`, scope `manage_configuration`. */
    patchWorkspaceConfigRfc6902: {
      input: {
        readonly wid: string
        readonly mode?: 'ignore' | 'fail' | 'update' | undefined
        readonly dry_run?: 'true' | 'false' | undefined
        readonly body: readonly ({
          readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test'
          readonly path: string
          readonly from?: string | undefined
          readonly value?: string | number | boolean | null | readonly unknown[] | Readonly<Record<string, unknown>> | undefined
        })[]
      }
      answer: undefined
    }
    /** `PATCH /api/hub/{tid}/workspaces/{wid}/promote/config-rfc7396`, scope `manage_configuration`. */
    patchWorkspaceConfigRfc7396: {
      input: {
        readonly wid: string
        readonly mode?: 'ignore' | 'fail' | 'update' | undefined
        readonly dry_run?: 'true' | 'false' | undefined
        readonly body: Readonly<Record<string, unknown>>
      }
      answer: undefined
    }
  }
  identity: {
    /** `POST /api/identity/{tid}/system/pools/{ipID}/users/{userID}/activate`, scope `identity`. */
    activateSelfRegisteredUser: {
      input: {
        readonly ipID: string
        readonly userID: string
        readonly body: {
          readonly code: string
          readonly otp_address?: string | undefined
          readonly password?: string | undefined
          readonly totp_secret?: string | undefined
          readonly webauthn?: readonly Readonly<Record<string, unknown>>[] | undefined
        }
      }
      answer: shapes.User
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/user/activate`, scope `identity`. */
    activateSelfRegisteredUserUsingExtendedCode: {
      input: {
        readonly ipID: string
        readonly body: {
          readonly code: string
          readonly otp_address?: string | undefined
          readonly password?: string | undefined
          readonly totp_secret?: string | undefined
          readonly webauthn?: readonly Readonly<Record<string, unknown>>[] | undefined
        }
      }
      answer: shapes.User
    }
    /** `PUT /api/identity/{tid}/system/pools/{ipID}/groups/{groupID}/users/{userID}`, scope `identity`. */
    addUserToGroup: {
      input: {
        readonly ipID: string
        readonly groupID: string
        readonly userID: string
      }
      answer: undefined
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/users/{userID}/webauthn/create/begin`, scope `identity`. */
    beginWebAuthnCredentialsGeneration: {
      input: {
        readonly ipID: string
        readonly userID: string
      }
      answer: shapes.WebAuthnOptions
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/users/{userID}/change-password`, scope `identity`. */
    changePassword: {
      input: {
        readonly ipID: string
        readonly userID: string
        readonly body: {
          readonly old_password: string
          readonly new_password: string
        }
      }
      answer: undefined
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/users/{userID}/totp/change`, scope `identity`. */
    changeTotpSecret: {
      input: {
        readonly ipID: string
        readonly userID: string
        readonly body: shapes.TotpChange
      }
      answer: undefined
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/user/webauthn/add/complete`, scope `identity`. */
    completeAddWebAuthn: {
      input: {
        readonly ipID: string
        readonly body: {
          readonly code: string
          readonly new_web_authn: shapes.GivenWebAuthnKey
          readonly address?: string | undefined
          readonly identifier?: string | undefined
          readonly userID?: string | undefined
        }
      }
      answer: undefined
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/users/{userID}/address/verification/complete`, scope `identity`. */
    completeAddressVerification: {
      input: {
        readonly ipID: string
        readonly userID: string
        readonly body: {
          readonly address: string
          readonly code: string
        }
      }
      answer: undefined
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/user/password/reset/complete`, scope `identity`. */
    completeResetPassword: {
      input: {
        readonly ipID: string
        readonly body: {
          readonly code: string
          readonly new_password: string
          readonly address?: string | undefined
          readonly identifier?: string | undefined
          readonly userID?: string | undefined
        }
      }
      answer: undefined
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/user/totp/reset/complete`, scope `identity`. */
    completeResetTotp: {
      input: {
        readonly ipID: string
        readonly body: {
          readonly code: string
          readonly new_totp_secret: string
          readonly address?: string | undefined
          readonly identifier?: string | undefined
          readonly userID?: string | undefined
        }
      }
      answer: undefined
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/users/{userID}/webauthn/create/complete`, scope `identity`. */
    completeWebAuthnCredentialsGeneration: {
      input: {
        readonly ipID: string
        readonly userID: string
        readonly body: shapes.WebAuthnRegistration
      }
      answer: shapes.ShownWebAuthnKeys
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/user/password/reset/confirm`, scope `identity`. */
    confirmResetPassword: {
      input: {
        readonly ipID: string
        readonly body: {
          readonly code: string
          readonly new_password: string
          readonly identifier?: string | undefined
          readonly userID?: string | undefined
        }
      }
      answer: undefined
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/groups`, scope `identity`. */
    createGroup: {
      input: {
        readonly ipID: string
        readonly body: shapes.Group
      }
      answer: shapes.Group
    }
    /** `DELETE /api/identity/{tid}/system/pools/{ipID}/groups/{groupID}`, scope `identity`. */
    deleteGroup: {
      input: {
        readonly ipID: string
        readonly groupID: string
      }
      answer: undefined
    }
    /** `DELETE /api/identity/{tid}/system/pools/{ipID}/users/{userID}/webauthn/{webAuthnCredentialID}`, scope `identity`. */
    deleteWebAuthnKey: {
      input: {
        readonly ipID: string
        readonly userID: string
        readonly webAuthnCredentialID: string
      }
      answer: undefined
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/users/{userID}/change_password`, scope `identity`. */
    deprecatedChangePassword: {
      input: {
        readonly ipID: string
        readonly userID: string
        readonly body: {
          readonly old_password: string
          readonly new_password: string
        }
      }
      answer: undefined
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/users/{userID}/activation/generate`, scope `identity_self_registration`. */
    generateActivationCode: {
      input: {
        readonly ipID: string
        readonly userID: string
        readonly body: {
          readonly address?: string | undefined
          readonly identifier?: string | undefined
        }
      }
      answer: {
        readonly code_id: string
      }
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/users/{userID}/code/generate`, scope `identity_self_registration`. */
    generateCode: {
      input: {
        readonly ipID: string
        readonly userID: string
        readonly body: {
          readonly type: 'activation' | 'reset_password' | 'reset_totp' | 'enroll_webauthn' | 'challenge' | 'verify_address' | 'authentication'
          readonly address?: string | undefined
          readonly identifier?: string | undefined
          readonly metadata?: Readonly<Record<string, unknown>> | undefined
        }
      }
      answer: {
        readonly code: string
        readonly extended_code: string
      }
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/user/code/generate`, scope `identity_self_registration`. */
    generateCodeForUser: {
      input: {
        readonly ipID: string
        readonly body: {
          readonly type: 'activation' | 'reset_password' | 'reset_totp' | 'enroll_webauthn' | 'challenge' | 'verify_address' | 'authentication'
          readonly address?: string | undefined
          readonly identifier?: string | undefined
          readonly metadata?: Readonly<Record<string, unknown>> | undefined
          readonly userID?: string | undefined
        }
      }
      answer: {
        readonly code: string
        readonly extended_code: string
      }
    }
    /** `GET /api/identity/{tid}/system/pools/{ipID}/groups/{groupID}`, scope `identity`. */
    getGroup: {
      input: {
        readonly ipID: string
        readonly groupID: string
      }
      answer: shapes.Group
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/users/import`, scope `identity`. */
    importUsers: {
      input: {
        readonly ipID: string
        readonly offset?: number | undefined
      } & { readonly lines: AsyncIterable<shapes.NewUser> | Iterable<shapes.NewUser> }
      line: shapes.ImportVerdict
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/user/otp/inspect`, scope `identity`. */
    inspectOTP: {
      input: {
        readonly ipID: string
        readonly body: {
          readonly code: string
        }
      }
      answer: {
        readonly user_id: string
        readonly password_set: boolean
        readonly code_type: 'activation' | 'reset_password' | 'reset_totp' | 'enroll_webauthn' | 'challenge' | 'verify_address' | 'authentication'
      }
    }
    /** `GET /api/identity/{tid}/system/pools/{ipID}/users/{userID}/groups/{groupID}`, scope `identity`. */
    isUserInGroup: {
      input: {
        readonly ipID: string
        readonly userID: string
        readonly groupID: string
        readonly with_nested_groups?: boolean | undefined
      }
      answer: undefined
    }
    /** `GET /api/identity/{tid}/system/pools/{ipID}/groups`, scope `identity`. */
    listGroups: {
      input: {
        readonly ipID: string
        readonly parent_id?: string | undefined
        readonly after_group_id?: string | undefined
        readonly before_group_id?: string | undefined
        readonly query?: string | undefined
        readonly limit?: number | undefined
        readonly with_nested_groups?: boolean | undefined
      }
      answer: readonly shapes.Group[]
    }
    /** `GET /api/identity/{tid}/system/pools/{ipID}/users/{userID}/groups`, scope `identity`. */
    listUserGroups: {
      input: {
        readonly ipID: string
        readonly userID: string
        readonly after_group_id?: string | undefined
        readonly before_group_id?: string | undefined
        readonly query?: string | undefined
        readonly limit?: number | undefined
        readonly with_parent_groups?: boolean | undefined
      }
      answer: readonly shapes.Group[]
    }
    /** `GET /api/identity/{tid}/system/pools/{ipID}/users/{userID}/history`, scope `identity`. */
    listUserHistory: {
      input: {
        readonly ipID: string
        readonly userID: string
        readonly after_event_id?: string | undefined
        readonly limit?: number | undefined
      }
      answer: {
        readonly history: readonly shapes.HistoryEntry[]
      }
      item: shapes.HistoryEntry
    }
    /** `GET /api/identity/{tid}/system/pools/{ipID}/groups/{groupID}/users`, scope `identity`. */
    listUsersInGroup: {
      input: {
        readonly ipID: string
        readonly groupID: string
        readonly after_user_id?: string | undefined
        readonly before_user_id?: string | undefined
        readonly limit?: number | undefined
        readonly with_nested_groups?: boolean | undefined
      }
      answer: {
        readonly users: readonly shapes.ListedUser[]
      }
      item: shapes.ListedUser
    }
    /** `GET /api/identity/{tid}/system/workspace/{wid}/pools`, scope `identity`. */
    listWorkspacePools: {
      input: {
        readonly wid: string
        readonly search_phrase?: string | undefined
        readonly after_pool_id?: string | undefined
        readonly before_pool_id?: string | undefined
        readonly sort?: 'id' | undefined
        readonly limit?: number | undefined
        readonly order?: 'asc' | 'desc' | undefined
      }
      answer: {
        readonly pools: readonly shapes.Pool[]
      }
      item: shapes.Pool
    }
    /** `PUT /api/identity/{tid}/system/pools/{ipID}/users/{userID}/webauthn/{webAuthnCredentialID}/name`, scope `identity`. */
    nameWebAuthnKey: {
      input: {
        readonly ipID: string
        readonly userID: string
        readonly webAuthnCredentialID: string
        readonly body: shapes.WebAuthnName
      }
      answer: undefined
    }
    /** `DELETE /api/identity/{tid}/system/pools/{ipID}/groups/{groupID}/users/{userID}`, scope `identity`. */
    removeUserFromGroup: {
      input: {
        readonly ipID: string
        readonly groupID: string
        readonly userID: string
      }
      answer: undefined
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/user/webauthn/add/request`, scope `identity`. */
    requestAddWebAuthn: {
      input: {
        readonly ipID: string
        readonly code_type_in_message?: 'link' | 'code' | undefined
        readonly server_id?: string | undefined
        readonly body: {
          readonly address: string
          readonly identifier?: string | undefined
          readonly userID?: string | undefined
        }
      }
      answer: undefined
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/users/{userID}/address/verification/request`, scope `identity`. */
    requestAddressVerification: {
      input: {
        readonly ipID: string
        readonly userID: string
        readonly body: {
          readonly address: string
        }
      }
      answer: undefined
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/user/otp/request`, scope `identity`. */
    requestOTPChallenge: {
      input: {
        readonly ipID: string
        readonly server_id?: string | undefined
        readonly body: {
          readonly address?: string | undefined
          readonly identifier?: string | undefined
          readonly userID?: string | undefined
        }
      }
      answer: undefined
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/user/password/reset/request`, scope `identity`. */
    requestResetPassword: {
      input: {
        readonly ipID: string
        readonly code_type_in_message?: 'link' | 'code' | undefined
        readonly server_id?: string | undefined
        readonly body: {
          readonly address: string
          readonly identifier?: string | undefined
          readonly userID?: string | undefined
        }
      }
      answer: undefined
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/user/totp/reset/request`, scope `identity`. */
    requestResetTotp: {
      input: {
        readonly ipID: string
        readonly code_type_in_message?: 'link' | 'code' | undefined
        readonly server_id?: string | undefined
        readonly body: {
          readonly address: string
          readonly identifier?: string | undefined
          readonly userID?: string | undefined
        }
      }
      answer: undefined
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/user/register`, scope `identity`. */
    selfRegisterUser: {
      input: {
        readonly ipID: string
        readonly server_id?: string | undefined
        readonly code_type_in_message?: 'link' | 'code' | undefined
        readonly send_activation_message?: boolean | undefined
        readonly body: {
          readonly identifier: string
          readonly otp_address?: string | undefined
          readonly password?: string | undefined
          readonly payload?: Readonly<Record<string, unknown>> | undefined
          readonly totp_secret?: string | undefined
          readonly webauthn_credentials?: readonly Readonly<Record<string, unknown>>[] | undefined
        }
      }
      answer: {
        readonly id: string
      }
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/users/{userID}/activation/send`, scope `identity`. */
    selfSendActivationMessage: {
      input: {
        readonly ipID: string
        readonly userID: string
        readonly server_id?: string | undefined
        readonly code_type_in_message?: 'link' | 'code' | undefined
        readonly mode?: 'registration' | 'invitation' | undefined
        readonly post_activation_url?: string | undefined
        readonly body: {
          readonly address?: string | undefined
          readonly identifier?: string | undefined
        }
      }
      answer: undefined
    }
    /** `PUT /api/identity/{tid}/system/pools/{ipID}/users/{userID}/password/state`, scope `identity`. */
    setPasswordState: {
      input: {
        readonly ipID: string
        readonly userID: string
        readonly body: {
          readonly state?: 'valid' | 'must_be_reset' | 'must_be_changed' | undefined
        }
      }
      answer: undefined
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/users/{userID}/identifiers/add`, scope `identity`. */
    systemAddIdentifier: {
      input: {
        readonly ipID: string
        readonly userID: string
        readonly body: shapes.NewIdentifier
      }
      answer: shapes.Identifier
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/users/{userID}/addresses/add`, scope `identity`. */
    systemAddVerifiableAddress: {
      input: {
        readonly ipID: string
        readonly userID: string
        readonly body: shapes.AddedAddress
      }
      answer: shapes.Address
    }
    /** `POST /api/identity/{tid}/system/pools`, scope `identity`. */
    systemCreatePool: {
      input: {
        readonly body: shapes.PoolInput
      }
      answer: shapes.Pool
    }
    /** `POST /api/identity/{tid}/system/schemas`, scope `identity`. */
    systemCreateSchema: {
      input: {
        readonly body: shapes.Schema
      }
      answer: shapes.Schema
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/users`, scope `identity`. */
    systemCreateUser: {
      input: {
        readonly ipID: string
        readonly body: shapes.NewUser
      }
      answer: shapes.User
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/users/{userID}/identifiers/remove`, scope `identity`. */
    systemDeleteIdentifier: {
      input: {
        readonly ipID: string
        readonly userID: string
        readonly body: {
          readonly identifier: string
        }
      }
      answer: undefined
    }
    /** `DELETE /api/identity/{tid}/system/pools/{ipID}`, scope `identity`. */
    systemDeletePool: {
      input: {
        readonly ipID: string
        readonly with_idp?: boolean | undefined
      }
      answer: undefined
    }
    /** `DELETE /api/identity/{tid}/system/schemas/{schID}`, scope `identity`. */
    systemDeleteSchema: {
      input: {
        readonly schID: string
      }
      answer: undefined
    }
    /** `DELETE /api/identity/{tid}/system/pools/{ipID}/users/{userID}`, scope `identity`. */
    systemDeleteUser: {
      input: {
        readonly ipID: string
        readonly userID: string
      }
      answer: undefined
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/users/{userID}/addresses/remove`, scope `identity`. */
    systemDeleteVerifiableAddress: {
      input: {
        readonly ipID: string
        readonly userID: string
        readonly body: {
          readonly address: string
        }
      }
      answer: undefined
    }
    /** `GET /api/identity/{tid}/system/pools/{ipID}`, scope `identity`. */
    systemGetPool: {
      input: {
        readonly ipID: string
      }
      answer: shapes.Pool
    }
    /** `GET /api/identity/{tid}/system/schemas/{schID}`, scope `identity`. */
    systemGetSchema: {
      input: {
        readonly schID: string
      }
      answer: shapes.Schema
    }
    /** `GET /api/identity/{tid}/system/pools/{ipID}/users/{userID}`, scope `identity`. */
    systemGetUser: {
      input: {
        readonly ipID: string
        readonly userID: string
      }
      answer: shapes.User
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/users/by_key`, scope `identity`. */
    systemGetUserByKey: {
      input: {
        readonly ipID: string
        readonly body: {
          readonly address?: string | undefined
          readonly identifier?: string | undefined
        }
      }
      answer: shapes.User
    }
    /** `GET /api/identity/{tid}/system/pools`, scope `identity`. */
    systemListPools: {
      input: {
        readonly search_phrase?: string | undefined
        readonly after_pool_id?: string | undefined
        readonly before_pool_id?: string | undefined
        readonly sort?: 'id' | undefined
        readonly limit?: number | undefined
        readonly order?: 'asc' | 'desc' | undefined
      }
      answer: {
        readonly pools: readonly shapes.Pool[]
      }
      item: shapes.Pool
    }
    /** `GET /api/identity/{tid}/system/schemas`, scope `identity`. */
    systemListSchemas: {
      input: Record<string, never>
      answer: {
        readonly schemas: readonly shapes.Schema[]
      }
      item: shapes.Schema
    }
    /** `GET /api/identity/{tid}/system/pools/{ipID}/users`, scope `identity`. */
    systemListUsers: {
      input: {
        readonly ipID: string
        readonly after_user_id?: string | undefined
        readonly before_user_id?: string | undefined
        readonly query?: string | undefined
        readonly sort?: 'id' | undefined
        readonly limit?: number | undefined
        readonly order?: 'asc' | 'desc' | undefined
      }
      answer: {
        readonly users: readonly shapes.ListedUser[]
      }
      item: shapes.ListedUser
    }
    /** `PUT /api/identity/{tid}/system/pools/{ipID}`, scope `identity`. */
    systemUpdatePool: {
      input: {
        readonly ipID: string
        readonly body: shapes.PoolInput
      }
      answer: shapes.Pool
    }
    /** `PUT /api/identity/{tid}/system/schemas/{schID}`, scope `identity`. */
    systemUpdateSchema: {
      input: {
        readonly schID: string
        readonly body: shapes.Schema
      }
      answer: shapes.Schema
    }
    /** `PUT /api/identity/{tid}/system/pools/{ipID}/users/{userID}`, scope `identity`. */
    systemUpdateUser: {
      input: {
        readonly ipID: string
        readonly userID: string
        readonly body: shapes.UserChange
      }
      answer: shapes.User
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/users/{userID}/addresses/update`, scope `identity`. */
    systemUpdateVerifiableAddress: {
      input: {
        readonly ipID: string
        readonly userID: string
        readonly body: {
          readonly address: string
          readonly status: 'active' | 'inactive'
          readonly verified: boolean
          readonly metadata?: Readonly<Record<string, unknown>> | undefined
          readonly preferred_contact_method?: 'sms' | 'voice' | undefined
        }
      }
      answer: shapes.Address
    }
    /** `PUT /api/identity/{tid}/system/pools/{ipID}/groups/{groupID}`, scope `identity`. */
    updateGroup: {
      input: {
        readonly ipID: string
        readonly groupID: string
        readonly body: shapes.Group
      }
      answer: shapes.Group
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/user/authentication-code/verify`, scope `identity`. */
    verifyAuthenticationCode: {
      input: {
        readonly ipID: string
        readonly body: {
          readonly code: string
          readonly userID?: string | undefined
          readonly identifier?: string | undefined
        }
      }
      answer: {
        readonly id: string
      }
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/user/otp/verify`, scope `identity`. */
    verifyOTP: {
      input: {
        readonly ipID: string
        readonly body: {
          readonly code: string
          readonly id?: string | undefined
          readonly userID?: string | undefined
          readonly identifier?: string | undefined
        }
      }
      answer: {
        readonly id: string
      }
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/user/password/verify`, scope `identity`. */
    verifyPassword: {
      input: {
        readonly ipID: string
        readonly body: {
          readonly id?: string | undefined
          readonly userID?: string | undefined
          readonly identifier?: string | undefined
          readonly password: string
        }
      }
      answer: {
        readonly id: string
        readonly state: 'valid' | 'must_be_reset' | 'must_be_changed'
      }
    }
    /** `POST /api/identity/{tid}/system/pools/{ipID}/user/password/v2/verify`, scope `identity`. */
    verifyPasswordV2: {
      input: {
        readonly ipID: string
        readonly body: {
          readonly id?: string | undefined
          readonly userID?: string | undefined
          readonly identifier?: string | undefined
          readonly password: string
        }
      }
      answer: {
        readonly id: string
        readonly result: 'password_correct' | 'password_incorrect' | 'password_expired' | 'no_password' | 'user_not_found'
        readonly state: 'valid' | 'must_be_reset' | 'must_be_changed'
      }
    }
  }
  system: {
    /** `POST /api/system/{tid}/logins/{login}/accept`, scope `manage_logins`. */
    acceptLoginRequest: {
      input: {
        readonly login: string
        readonly body: {
          readonly id?: string | undefined
          readonly login_state?: string | undefined
          readonly subject: string
          readonly acr?: string | undefined
          readonly amr?: readonly string[] | undefined
          readonly auth_time?: string | undefined
          readonly authentication_context?: Readonly<Record<string, unknown>> | undefined
        }
      }
      answer: {
        readonly redirect_to: string
      }
    }
    /** `POST /api/system/{tid}/organizations`, scope `manage_configuration`. */
    createOrganization: {
      input: {
        readonly body: shapes.NewOrganization
      }
      answer: shapes.Organization
    }
    /** `POST /api/system/{tid}/servers/{wid}/secrets`, scope `manage_secrets`. */
    createSecret: {
      input: {
        readonly wid: string
        readonly body: shapes.WorkspaceSecretInput
      }
      answer: shapes.WorkspaceSecret
    }
    /** `DELETE /api/system/{tid}/servers/{wid}`, scope `manage_servers`. */
    deleteAuthorizationServer: {
      input: {
        readonly wid: string
      }
      answer: undefined
    }
    /** `DELETE /api/system/{tid}/organizations/{wid}`, scope `manage_configuration`. */
    deleteOrganization: {
      input: {
        readonly wid: string
      }
      answer: undefined
    }
    /** `DELETE /api/system/{tid}/servers/{wid}/secrets/{sid}`, scope `manage_secrets`. */
    deleteSecret: {
      input: {
        readonly wid: string
        readonly sid: string
      }
      answer: undefined
    }
    /** `GET /api/system/{tid}/client/{cid}`, scope `view_clients`. */
    getClient: {
      input: {
        readonly cid: string
      }
      answer: shapes.SystemClient
    }
    /** `GET /api/system/{tid}/logins/{login}`, scope `manage_logins`. */
    getLoginRequest: {
      input: {
        readonly login: string
        readonly login_state?: string | undefined
      }
      answer: {
        readonly id: string
        readonly tenant_id: string
        readonly server_id: string
        readonly client_id: string
        readonly client_info: {
          readonly client_name: string
        }
        readonly request_query_params: Readonly<Record<string, readonly string[]>>
        readonly requested_acr: readonly string[]
        readonly requested_at: string
        readonly requested_audience: readonly string[]
        readonly requested_grant_type: string
        readonly requested_max_age: string
        readonly requested_redirect_uri: string
        readonly requested_scopes: readonly ({
          readonly name: string
          readonly requested_name: string
          readonly authorization_server_id: string
          readonly tenant_id: string
        })[]
        readonly login_approved: boolean
        readonly login_rejected: boolean
        readonly subject?: string | undefined
        readonly amr?: readonly string[] | undefined
        readonly auth_time?: string | undefined
      }
    }
    /** `GET /api/system/{tid}/organizations/{wid}`, scope `manage_configuration`. */
    getOrganization: {
      input: {
        readonly wid: string
      }
      answer: shapes.Organization
    }
    /** `GET /api/system/{tid}/servers/{wid}/audit-events`, scope `view_audit_events`. */
    listAuditEvents: {
      input: {
        readonly wid: string
        readonly client_id?: string | undefined
        readonly subject?: string | undefined
        readonly ip?: string | undefined
        readonly session_id?: string | undefined
        readonly authorization_correlation_id?: string | undefined
        readonly idp_subject?: string | undefined
        readonly idp_id?: string | undefined
        readonly idp_method?: string | undefined
        readonly group_id?: string | undefined
        readonly user_pool_id?: string | undefined
        readonly user_id?: string | undefined
        readonly organization_id?: string | undefined
        readonly affected_user_pool_id?: string | undefined
        readonly affected_user_id?: string | undefined
        readonly event_subject?: readonly string[] | undefined
        readonly event_action?: readonly string[] | undefined
        readonly timestamp_from?: string | undefined
        readonly timestamp_to?: string | undefined
        readonly before_event_id?: string | undefined
        readonly after_event_id?: string | undefined
        readonly sort?: 'timestamp' | 'event_id' | undefined
        readonly limit?: number | undefined
        readonly order?: 'asc' | 'desc' | undefined
      }
      answer: {
        readonly audit_events: readonly shapes.AuditEvent[]
      }
      item: shapes.AuditEvent
    }
    /** `GET /api/system/{tid}/clients/{wid}`, scope `view_clients`. */
    listClientsSystem: {
      input: {
        readonly wid: string
      }
      answer: {
        readonly clients: readonly shapes.SystemClient[]
      }
      item: shapes.SystemClient
    }
    /** `GET /api/system/{tid}/organizations`, scope `manage_configuration`. */
    listOrganizations: {
      input: {
        readonly search_phrase?: string | undefined
        readonly template?: boolean | undefined
        readonly after_organization_id?: string | undefined
        readonly before_organization_id?: string | undefined
        readonly sort?: 'id' | undefined
        readonly limit?: number | undefined
        readonly order?: 'asc' | 'desc' | undefined
      }
      answer: {
        readonly organizations: readonly shapes.Organization[]
      }
      item: shapes.Organization
    }
    /** `GET /api/system/{tid}/scopes/{wid}`, scope `view_scopes`. */
    listScopesSystem: {
      input: {
        readonly wid: string
      }
      answer: {
        readonly scopes: readonly ({
          readonly id: string
          readonly name: string
          readonly display_name: string
          readonly description: string
          readonly authorization_server_id: string
          readonly tenant_id: string
          readonly implicit: boolean
          readonly implicit_grant: boolean
          readonly transient: boolean
          readonly with_service: boolean
          readonly service: {
            readonly id: string
            readonly name: string
            readonly authorization_server_id: string
            readonly tenant_id: string
            readonly custom_audience: string
            readonly system: boolean
            readonly type: 'oauth2' | 'oidc' | 'system' | 'user' | 'openbanking'
          }
        })[]
      }
      item: {
        readonly id: string
        readonly name: string
        readonly display_name: string
        readonly description: string
        readonly authorization_server_id: string
        readonly tenant_id: string
        readonly implicit: boolean
        readonly implicit_grant: boolean
        readonly transient: boolean
        readonly with_service: boolean
        readonly service: {
          readonly id: string
          readonly name: string
          readonly authorization_server_id: string
          readonly tenant_id: string
          readonly custom_audience: string
          readonly system: boolean
          readonly type: 'oauth2' | 'oidc' | 'system' | 'user' | 'openbanking'
        }
      }
    }
    /** `GET /api/system/{tid}/servers/{wid}/secrets`, scope `read_secrets`. */
    listSecrets: {
      input: {
        readonly wid: string
      }
      answer: {
        readonly secrets: readonly shapes.WorkspaceSecret[]
      }
      item: shapes.WorkspaceSecret
    }
    /** `POST /api/system/{tid}/logins/{login}/reject`, scope `manage_logins`. */
    rejectLoginRequest: {
      input: {
        readonly login: string
        readonly body: {
          readonly id?: string | undefined
          readonly login_state?: string | undefined
          readonly error?: string | undefined
          readonly error_description?: string | undefined
          readonly status_code?: number | undefined
        }
      }
      answer: {
        readonly redirect_to: string
      }
    }
    /** `POST /api/system/{tid}/client/{cid}/revokeRotatedSecrets`, scope `manage_clients`. */
    revokeRotatedClientSecrets: {
      input: {
        readonly cid: string
      }
      answer: undefined
    }
    /** `DELETE /api/system/{tid}/servers/{wid}/tokens`, scope `revoke_tokens`. */
    revokeTokens: {
      input: {
        readonly wid: string
        readonly consent_id?: string | undefined
        readonly body: {
          readonly subjects?: readonly string[] | undefined
          readonly idp_id?: string | undefined
        } | undefined
      }
      answer: undefined
    }
    /** `DELETE /api/system/{tid}/pools/{ipID}/tokens`, scope `revoke_tokens`. */
    revokeTokensByPool: {
      input: {
        readonly ipID: string
        readonly body: {
          readonly users?: readonly string[] | undefined
        }
      }
      answer: undefined
    }
    /** `POST /api/system/{tid}/client/{cid}/rotateSecret`, scope `manage_clients`. */
    rotateClientSecret: {
      input: {
        readonly cid: string
        readonly auto_revoke_after?: string | undefined
      }
      answer: {
        readonly secret: string
      }
    }
    /** `PUT /api/system/{tid}/organizations/{wid}`, scope `manage_configuration`. */
    updateOrganization: {
      input: {
        readonly wid: string
        readonly body: shapes.OrganizationChange
      }
      answer: shapes.Organization
    }
    /** `PUT /api/system/{tid}/servers/{wid}/secrets/{sid}`, scope `manage_secrets`. */
    updateSecret: {
      input: {
        readonly wid: string
        readonly sid: string
        readonly body: shapes.WorkspaceSecretInput
      }
      answer: shapes.WorkspaceSecret
    }
  }
}

/** How each is called. */
export const lines: { readonly [S in keyof Operations]: { readonly [N in keyof Operations[S]]: Line } } = {
  admin: {
    bindServerTheme: { method: 'POST', path: '/api/admin/{tid}/servers/{wid}/bind-theme/{themeID}' },
    createAuthorizationServer: { method: 'POST', path: '/api/admin/{tid}/servers', query: { with_demo_client: 'truth' } },
    createClient: { method: 'POST', path: '/api/admin/{tid}/clients', query: { application_purpose: 'text' } },
    createOrganization: { method: 'POST', path: '/api/admin/{tid}/organizations' },
    createTheme: { method: 'POST', path: '/api/admin/{tid}/theme', query: { source_theme_id: 'text' } },
    createWebhook: { method: 'POST', path: '/api/admin/{tid}/servers/{wid}/webhooks' },
    deleteAuthorizationServer: { method: 'DELETE', path: '/api/admin/{tid}/servers/{wid}' },
    deleteBruteForceLimit: { method: 'DELETE', path: '/api/admin/{tid}/bruteforce/{protectedType}' },
    deleteClient: { method: 'DELETE', path: '/api/admin/{tid}/clients/{cid}' },
    deleteOrganization: { method: 'DELETE', path: '/api/admin/{tid}/organizations/{wid}' },
    deleteTheme: { method: 'DELETE', path: '/api/admin/{tid}/theme/{themeID}' },
    deleteWebhook: { method: 'DELETE', path: '/api/admin/{tid}/servers/{wid}/webhooks/{webhookID}' },
    getAuthorizationServer: { method: 'GET', path: '/api/admin/{tid}/servers/{wid}' },
    getClient: { method: 'GET', path: '/api/admin/{tid}/clients/{cid}' },
    getOrganization: { method: 'GET', path: '/api/admin/{tid}/organizations/{wid}' },
    getServerTheme: { method: 'GET', path: '/api/admin/{tid}/servers/{wid}/theme' },
    getTheme: { method: 'GET', path: '/api/admin/{tid}/theme/{themeID}' },
    getWebhook: { method: 'GET', path: '/api/admin/{tid}/servers/{wid}/webhooks/{webhookID}' },
    getWorkspace: { method: 'GET', path: '/api/admin/{tid}/workspaces/{wid}' },
    listAuthorizationServers: { method: 'GET', path: '/api/admin/{tid}/servers', query: { server_types: 'text', search_phrase: 'text', after_server_id: 'text', before_server_id: 'text', sort: 'text', limit: 'number', order: 'text' }, list: { items: 'servers', cursor: { parameter: 'after_server_id', field: 'id' } } },
    listBruteForceLimits: { method: 'GET', path: '/api/admin/{tid}/bruteforce', list: { items: 'brute_force_limits' } },
    listClients: { method: 'GET', path: '/api/admin/{tid}/servers/{wid}/clients', query: { search_phrase: 'text', type: 'text', application_types: 'text', client_types: 'text', after_client_id: 'text', before_client_id: 'text', sort: 'text', limit: 'number', order: 'text' }, list: { items: 'clients', cursor: { parameter: 'after_client_id', field: 'client_id' } } },
    listOrganizations: { method: 'GET', path: '/api/admin/{tid}/organizations', query: { search_phrase: 'text', template: 'truth', parent_id: 'text', after_organization_id: 'text', before_organization_id: 'text', sort: 'text', limit: 'number', order: 'text' }, list: { items: 'organizations', cursor: { parameter: 'after_organization_id', field: 'id' } } },
    listServerWebhooks: { method: 'GET', path: '/api/admin/{tid}/servers/{wid}/webhooks', list: { items: 'webhooks' } },
    listThemes: { method: 'GET', path: '/api/admin/{tid}/themes', list: { items: 'themes' } },
    listWebhookEvents: { method: 'GET', path: '/api/admin/{tid}/webhooks/events/{wid}' },
    listWorkspaces: { method: 'GET', path: '/api/admin/{tid}/workspaces', query: { workspace_types: 'text', template: 'truth', theme_id: 'text', search_phrase: 'text', after_workspace_id: 'text', before_workspace_id: 'text', sort: 'text', limit: 'number', order: 'text' }, list: { items: 'workspaces', cursor: { parameter: 'after_workspace_id', field: 'id' } } },
    revokeRotatedClientSecrets: { method: 'POST', path: '/api/admin/{tid}/clients/{cid}/revokeRotatedSecrets' },
    rotateClientSecret: { method: 'POST', path: '/api/admin/{tid}/clients/{cid}/rotateSecret', query: { auto_revoke_after: 'text' } },
    setBruteForceLimit: { method: 'PUT', path: '/api/admin/{tid}/bruteforce' },
    unbindServerTheme: { method: 'POST', path: '/api/admin/{tid}/servers/{wid}/unbind-theme' },
    updateAuthorizationServer: { method: 'PUT', path: '/api/admin/{tid}/servers/{wid}' },
    updateClient: { method: 'PUT', path: '/api/admin/{tid}/clients/{cid}' },
    updateOrganization: { method: 'PUT', path: '/api/admin/{tid}/organizations/{wid}' },
    updateOrganizationMetadata: { method: 'PUT', path: '/api/admin/{tid}/organizations/{wid}/metadata' },
    updateTheme: { method: 'PUT', path: '/api/admin/{tid}/theme/{themeID}' },
    updateWebhook: { method: 'PUT', path: '/api/admin/{tid}/servers/{wid}/webhooks/{webhookID}' },
  },
  hub: {
    ExportSystemConfig: { method: 'GET', path: '/api/hub/system/promote/config', query: { tid: 'text', with_credentials: 'truth' } },
    ExportTenantConfig: { method: 'GET', path: '/api/hub/{tid}/promote/config', query: { with_credentials: 'truth' } },
    ExportWorkspaceConfig: { method: 'GET', path: '/api/hub/{tid}/workspaces/{wid}/promote/config', query: { with_credentials: 'truth' } },
    ImportSystemConfig: { method: 'POST', path: '/api/hub/system/promote/config', query: { tid: 'text', mode: 'text', dry_run: 'text' } },
    ImportTenantConfig: { method: 'POST', path: '/api/hub/{tid}/promote/config', query: { mode: 'text', dry_run: 'text' } },
    ImportWorkspaceConfig: { method: 'POST', path: '/api/hub/{tid}/workspaces/{wid}/promote/config', query: { mode: 'text', dry_run: 'text' } },
    cloneWorkspace: { method: 'POST', path: '/api/hub/{tid}/workspaces/{wid}/clone' },
    patchSystemConfigRfc6902: { method: 'PATCH', path: '/api/hub/system/promote/config-rfc6902', query: { tid: 'text', mode: 'text', dry_run: 'text' } },
    patchSystemConfigRfc7396: { method: 'PATCH', path: '/api/hub/system/promote/config-rfc7396', query: { tid: 'text', mode: 'text', dry_run: 'text' } },
    patchTenantConfigRfc6902: { method: 'PATCH', path: '/api/hub/{tid}/promote/config-rfc6902', query: { mode: 'text', dry_run: 'text' } },
    patchTenantConfigRfc7396: { method: 'PATCH', path: '/api/hub/{tid}/promote/config-rfc7396', query: { mode: 'text', dry_run: 'text' } },
    patchWorkspaceConfigRfc6902: { method: 'PATCH', path: '/api/hub/{tid}/workspaces/{wid}/promote/config-rfc6902', query: { mode: 'text', dry_run: 'text' } },
    patchWorkspaceConfigRfc7396: { method: 'PATCH', path: '/api/hub/{tid}/workspaces/{wid}/promote/config-rfc7396', query: { mode: 'text', dry_run: 'text' } },
  },
  identity: {
    activateSelfRegisteredUser: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}/activate' },
    activateSelfRegisteredUserUsingExtendedCode: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/user/activate' },
    addUserToGroup: { method: 'PUT', path: '/api/identity/{tid}/system/pools/{ipID}/groups/{groupID}/users/{userID}' },
    beginWebAuthnCredentialsGeneration: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}/webauthn/create/begin' },
    changePassword: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}/change-password' },
    changeTotpSecret: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}/totp/change' },
    completeAddWebAuthn: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/user/webauthn/add/complete' },
    completeAddressVerification: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}/address/verification/complete' },
    completeResetPassword: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/user/password/reset/complete' },
    completeResetTotp: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/user/totp/reset/complete' },
    completeWebAuthnCredentialsGeneration: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}/webauthn/create/complete' },
    confirmResetPassword: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/user/password/reset/confirm' },
    createGroup: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/groups' },
    deleteGroup: { method: 'DELETE', path: '/api/identity/{tid}/system/pools/{ipID}/groups/{groupID}' },
    deleteWebAuthnKey: { method: 'DELETE', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}/webauthn/{webAuthnCredentialID}' },
    deprecatedChangePassword: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}/change_password' },
    generateActivationCode: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}/activation/generate' },
    generateCode: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}/code/generate' },
    generateCodeForUser: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/user/code/generate' },
    getGroup: { method: 'GET', path: '/api/identity/{tid}/system/pools/{ipID}/groups/{groupID}' },
    importUsers: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/users/import', query: { offset: 'number' }, isLines: true },
    inspectOTP: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/user/otp/inspect' },
    isUserInGroup: { method: 'GET', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}/groups/{groupID}', query: { with_nested_groups: 'truth' } },
    listGroups: { method: 'GET', path: '/api/identity/{tid}/system/pools/{ipID}/groups', query: { parent_id: 'text', after_group_id: 'text', before_group_id: 'text', query: 'text', limit: 'number', with_nested_groups: 'truth' } },
    listUserGroups: { method: 'GET', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}/groups', query: { after_group_id: 'text', before_group_id: 'text', query: 'text', limit: 'number', with_parent_groups: 'truth' } },
    listUserHistory: { method: 'GET', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}/history', query: { after_event_id: 'text', limit: 'number' }, list: { items: 'history', cursor: { parameter: 'after_event_id', field: 'event_id' } } },
    listUsersInGroup: { method: 'GET', path: '/api/identity/{tid}/system/pools/{ipID}/groups/{groupID}/users', query: { after_user_id: 'text', before_user_id: 'text', limit: 'number', with_nested_groups: 'truth' }, list: { items: 'users', cursor: { parameter: 'after_user_id', field: 'id' } } },
    listWorkspacePools: { method: 'GET', path: '/api/identity/{tid}/system/workspace/{wid}/pools', query: { search_phrase: 'text', after_pool_id: 'text', before_pool_id: 'text', sort: 'text', limit: 'number', order: 'text' }, list: { items: 'pools', cursor: { parameter: 'after_pool_id', field: 'id' } } },
    nameWebAuthnKey: { method: 'PUT', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}/webauthn/{webAuthnCredentialID}/name' },
    removeUserFromGroup: { method: 'DELETE', path: '/api/identity/{tid}/system/pools/{ipID}/groups/{groupID}/users/{userID}' },
    requestAddWebAuthn: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/user/webauthn/add/request', query: { code_type_in_message: 'text', server_id: 'text' } },
    requestAddressVerification: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}/address/verification/request' },
    requestOTPChallenge: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/user/otp/request', query: { server_id: 'text' } },
    requestResetPassword: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/user/password/reset/request', query: { code_type_in_message: 'text', server_id: 'text' } },
    requestResetTotp: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/user/totp/reset/request', query: { code_type_in_message: 'text', server_id: 'text' } },
    selfRegisterUser: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/user/register', query: { server_id: 'text', code_type_in_message: 'text', send_activation_message: 'truth' } },
    selfSendActivationMessage: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}/activation/send', query: { server_id: 'text', code_type_in_message: 'text', mode: 'text', post_activation_url: 'text' } },
    setPasswordState: { method: 'PUT', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}/password/state' },
    systemAddIdentifier: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}/identifiers/add' },
    systemAddVerifiableAddress: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}/addresses/add' },
    systemCreatePool: { method: 'POST', path: '/api/identity/{tid}/system/pools' },
    systemCreateSchema: { method: 'POST', path: '/api/identity/{tid}/system/schemas' },
    systemCreateUser: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/users' },
    systemDeleteIdentifier: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}/identifiers/remove' },
    systemDeletePool: { method: 'DELETE', path: '/api/identity/{tid}/system/pools/{ipID}', query: { with_idp: 'truth' } },
    systemDeleteSchema: { method: 'DELETE', path: '/api/identity/{tid}/system/schemas/{schID}' },
    systemDeleteUser: { method: 'DELETE', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}' },
    systemDeleteVerifiableAddress: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}/addresses/remove' },
    systemGetPool: { method: 'GET', path: '/api/identity/{tid}/system/pools/{ipID}' },
    systemGetSchema: { method: 'GET', path: '/api/identity/{tid}/system/schemas/{schID}' },
    systemGetUser: { method: 'GET', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}' },
    systemGetUserByKey: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/users/by_key' },
    systemListPools: { method: 'GET', path: '/api/identity/{tid}/system/pools', query: { search_phrase: 'text', after_pool_id: 'text', before_pool_id: 'text', sort: 'text', limit: 'number', order: 'text' }, list: { items: 'pools', cursor: { parameter: 'after_pool_id', field: 'id' } } },
    systemListSchemas: { method: 'GET', path: '/api/identity/{tid}/system/schemas', list: { items: 'schemas' } },
    systemListUsers: { method: 'GET', path: '/api/identity/{tid}/system/pools/{ipID}/users', query: { after_user_id: 'text', before_user_id: 'text', query: 'text', sort: 'text', limit: 'number', order: 'text' }, list: { items: 'users', cursor: { parameter: 'after_user_id', field: 'id' } } },
    systemUpdatePool: { method: 'PUT', path: '/api/identity/{tid}/system/pools/{ipID}' },
    systemUpdateSchema: { method: 'PUT', path: '/api/identity/{tid}/system/schemas/{schID}' },
    systemUpdateUser: { method: 'PUT', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}' },
    systemUpdateVerifiableAddress: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/users/{userID}/addresses/update' },
    updateGroup: { method: 'PUT', path: '/api/identity/{tid}/system/pools/{ipID}/groups/{groupID}' },
    verifyAuthenticationCode: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/user/authentication-code/verify' },
    verifyOTP: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/user/otp/verify' },
    verifyPassword: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/user/password/verify' },
    verifyPasswordV2: { method: 'POST', path: '/api/identity/{tid}/system/pools/{ipID}/user/password/v2/verify' },
  },
  system: {
    acceptLoginRequest: { method: 'POST', path: '/api/system/{tid}/logins/{login}/accept' },
    createOrganization: { method: 'POST', path: '/api/system/{tid}/organizations' },
    createSecret: { method: 'POST', path: '/api/system/{tid}/servers/{wid}/secrets' },
    deleteAuthorizationServer: { method: 'DELETE', path: '/api/system/{tid}/servers/{wid}' },
    deleteOrganization: { method: 'DELETE', path: '/api/system/{tid}/organizations/{wid}' },
    deleteSecret: { method: 'DELETE', path: '/api/system/{tid}/servers/{wid}/secrets/{sid}' },
    getClient: { method: 'GET', path: '/api/system/{tid}/client/{cid}' },
    getLoginRequest: { method: 'GET', path: '/api/system/{tid}/logins/{login}', query: { login_state: 'text' } },
    getOrganization: { method: 'GET', path: '/api/system/{tid}/organizations/{wid}' },
    listAuditEvents: { method: 'GET', path: '/api/system/{tid}/servers/{wid}/audit-events', query: { client_id: 'text', subject: 'text', ip: 'text', session_id: 'text', authorization_correlation_id: 'text', idp_subject: 'text', idp_id: 'text', idp_method: 'text', group_id: 'text', user_pool_id: 'text', user_id: 'text', organization_id: 'text', affected_user_pool_id: 'text', affected_user_id: 'text', event_subject: 'list', event_action: 'list', timestamp_from: 'text', timestamp_to: 'text', before_event_id: 'text', after_event_id: 'text', sort: 'text', limit: 'number', order: 'text' }, list: { items: 'audit_events', cursor: { parameter: 'after_event_id', field: 'event_id' } } },
    listClientsSystem: { method: 'GET', path: '/api/system/{tid}/clients/{wid}', list: { items: 'clients' } },
    listOrganizations: { method: 'GET', path: '/api/system/{tid}/organizations', query: { search_phrase: 'text', template: 'truth', after_organization_id: 'text', before_organization_id: 'text', sort: 'text', limit: 'number', order: 'text' }, list: { items: 'organizations', cursor: { parameter: 'after_organization_id', field: 'id' } } },
    listScopesSystem: { method: 'GET', path: '/api/system/{tid}/scopes/{wid}', list: { items: 'scopes' } },
    listSecrets: { method: 'GET', path: '/api/system/{tid}/servers/{wid}/secrets', list: { items: 'secrets' } },
    rejectLoginRequest: { method: 'POST', path: '/api/system/{tid}/logins/{login}/reject' },
    revokeRotatedClientSecrets: { method: 'POST', path: '/api/system/{tid}/client/{cid}/revokeRotatedSecrets' },
    revokeTokens: { method: 'DELETE', path: '/api/system/{tid}/servers/{wid}/tokens', query: { consent_id: 'text' } },
    revokeTokensByPool: { method: 'DELETE', path: '/api/system/{tid}/pools/{ipID}/tokens' },
    rotateClientSecret: { method: 'POST', path: '/api/system/{tid}/client/{cid}/rotateSecret', query: { auto_revoke_after: 'text' } },
    updateOrganization: { method: 'PUT', path: '/api/system/{tid}/organizations/{wid}' },
    updateSecret: { method: 'PUT', path: '/api/system/{tid}/servers/{wid}/secrets/{sid}' },
  },
}
