/** Subjects and actions are the vendor's words (`AuditEvent` in system.yaml), so that tools written for it read ours. */
export const eventSubjects = [
  'access_token',
  'authorization_code',
  'bruteforce',
  'client',
  'consent',
  'credential',
  'directory',
  'group',
  'login',
  'organization',
  'otp',
  'password',
  'pool',
  'recovery',
  'schema',
  'server',
  'session',
  'tokens',
  'user',
] as const
export type EventSubject = (typeof eventSubjects)[number]

export const eventActions = [
  'accepted',
  'added_to_group',
  'attempted',
  'authenticated',
  'confirmed',
  'created',
  'deleted',
  'denied',
  'failed',
  'generated',
  'issued',
  'not_sent',
  'rejected',
  'removed_from_group',
  'requested',
  'revoked',
  'sent',
  'updated',
] as const
export type EventAction = (typeof eventActions)[number]

/** Why something was refused or done; each explains itself in docs/reasons.md. Never shown to the person who was refused. */
export const reasons = {
  'name.unknown': 'No organization has this username.',
  'name.ambiguous': 'Several organizations have this username and the address did not say which one.',
  'password.incorrect': 'The password is not the one on record.',
  'password.not_set': 'The user has no password here.',
  'password.must_be_reset': 'The password is right but must be reset before it can be used.',
  'password.must_be_changed': 'The password is right and must be changed at this sign-in.',
  'password.reset_by_code': 'The user proved a code sent to their address and set a new password.',
  'password.changed_by_user': 'The user gave the old password and set a new one.',
  'password.set_by_user': 'The user, who had no password, set one.',
  'password.set_by_client': 'An application with management rights set the password or its state.',
  'password.rehashed': 'The verifier was renewed with current parameters after a correct password.',
  'totp.incorrect': 'The code is none of the authenticator’s, or was used before.',
  'totp.set_by_client': 'An application with management rights gave the user a secret for an authenticator.',
  'totp.set_by_user': 'The user gave an authenticator a secret.',
  'totp.reset_by_code': 'The user proved a code sent to their address and gave an authenticator another secret.',
  'totp.changed_by_user': 'The user showed a code of the authenticator and gave it another secret.',
  'webauthn.added': 'The user has one more key of an authenticator.',
  'webauthn.refused': 'An authenticator’s answer was none to a question that stood open for this user and place.',
  'user.inactive': 'The user is switched off.',
  'user.locked_in_legacy': 'The legacy store has locked the user.',
  'user.disabled_in_legacy': 'The legacy store has switched the user off.',
  'user.created_from_legacy': 'First sign-in of a user whose password is in a legacy store.',
  'users.imported': 'A batch of a file of users was taken in; its verdicts are what is recorded of each of them.',
  'legacy.unavailable': 'The legacy store did not answer in time.',
  'throttle.waiting': 'Too many wrong passwords; the waiting time has not passed.',
  'throttle.work_asked':
    'Too many refusals from this network or at this door; the browser was asked for work and did none.',
  'throttle.closed':
    'Too many wrong passwords in a row from everywhere; only a new password opens the name on this browser.',
  'code.incorrect': 'The code is wrong, used or too old.',
  'code.in_use': 'The address is somebody else’s; its owner was told.',
  'code.no_sender': 'The address is a telephone, and nothing can be sent to telephones yet.',
  'code.no_address': 'The user has no address that a code could be sent to.',
  'token.reused': 'A token that may be used once was used again.',
  'token.raced': 'The same token was used twice at the same moment; one use won.',
  'token.answered_again':
    'The same client sent the same refresh token again within seconds and heard the answer of its first request.',
  'account.ended': 'The session or the user was ended after the token was issued.',
  'secret.rotated': 'A client was given a new secret; the old one goes on for as long as the event says.',
  'secret.rotated_revoked': 'Every secret of a client but the current one was ended.',
  'workspace_secret.created': 'An application gave the workspace a secret to keep.',
  'workspace_secret.replaced': 'An application gave a secret of the workspace another value.',
  'workspace_secret.deleted': 'An application took a secret of the workspace away.',
  'login.confirmed_by_page': 'An external login page said who the person is.',
  'login.rejected_by_page': 'An external login page refused the person.',
  'login.subject_unknown': 'An external login page named somebody who is not of this workspace or organization.',
  'login.proof_out_of_time': 'An external login page spoke of a proof that lies in the future, or is too old here.',
  'logout.not_delivered': 'An application did not take the news that a session has ended, however often it was told.',
  'sign_out.by_user': 'The user signed out.',
  'key.published': 'A signing key was made and published; it signs when every cache of the key set has seen it.',
  'key.used': 'A signing key began to sign; the one before it only verifies from here on.',
  'key.retired': 'A signing key was taken out of the key set: nothing that it signed is valid any more.',
  'installation.fenced':
    'After a restore every session, code and token from before was made void, and every signing key replaced.',
  'index.key_rotated': 'The username index was given a new key; the old one goes when every name is under the new one.',
  'key.removed': 'A signing key was taken out at once: everything that it signed is refused.',
  'session.ended_by_user': 'The user ended this session from another one, on the page of their sessions.',
  'session.others_ended_by_user': 'The user ended all their sessions but the one they were in.',
  'session.password_changed': 'A new password ended the session.',
  'session.ended_by_administrator':
    'The user was switched off or deleted, or their password was set or must be reset, by an application with management rights.',
  'session.organization_suspended': 'The organization was suspended.',
  'session.over_limit': 'The user has as many sessions as the organization allows; the one used longest ago ended.',
  'session.restored': 'The database was restored from a backup; nobody knows which sessions were ended since.',
  'session.idle': 'The session was not used for as long as the organization allows.',
  'session.expired': 'The session reached the longest life that the organization allows.',
  'sessions.policy_changed': 'How long sessions last, or how many a person has, was changed.',
  'organization.resumed': 'The suspension of the organization was lifted.',
  'organization.suspended': 'The organization is suspended: nobody of it may sign in.',
} as const satisfies Record<string, string>

export type Reason = keyof typeof reasons

/** Where a request came from; what every event of that request carries. */
export interface RequestFacts {
  readonly requestId: string
  readonly ipAddress: string
  readonly userAgent: string
  /** The application that acts, when one does. */
  readonly clientId?: string
  /** The person who acts, and in which session, when one does. */
  readonly userId?: string
  readonly sessionId?: string
}

export interface AuditEvent {
  readonly tenantId: string
  readonly workspaceId: string
  /** Absent: nothing but the workspace is concerned. */
  readonly organizationId?: string | undefined
  readonly subject: EventSubject
  readonly action: EventAction
  readonly reason?: Reason | undefined
  /** Who acts. */
  readonly userId?: string | undefined
  readonly userPoolId?: string | undefined
  /** To whom it happens. */
  readonly affectedUserId?: string | undefined
  readonly affectedUserPoolId?: string | undefined
  readonly clientId?: string | undefined
  /** One sign-in from its first page to its tokens. */
  readonly sessionId?: string | undefined
  readonly authorizationCorrelationId?: string | undefined
  /** Public detail of this kind of event. Never a secret, never more of a person than needed. */
  readonly payload?: Readonly<Record<string, unknown>>
  /** How it was decided: route, door, mode, epoch. */
  readonly context?: Readonly<Record<string, unknown>>
}

export interface StoredEvent extends AuditEvent {
  readonly eventId: string
  readonly occurredAt: Date
  readonly requestId: string | undefined
  readonly ipAddress: string | undefined
  readonly userAgent: string | undefined
}
