import { reasons } from '../audit/index.ts'
import type { EventAction, EventSubject, StoredEvent } from '../audit/index.ts'

type Told = string | ((payload: Readonly<Record<string, unknown>>) => string)

const credentials: Readonly<Record<string, string>> = {
  password: 'password',
  totp: 'authenticator app',
  webauthn: 'passkey',
}
const credentialOf = ({ type }: Readonly<Record<string, unknown>>): string =>
  (typeof type === 'string' ? credentials[type] : undefined) ?? 'credential'
const quoted = (value: unknown): string => (typeof value === 'string' ? ` “${value}”` : '')

/** What happened to a person, by the words that events have for it. */
const told: Readonly<Partial<Record<`${EventSubject}.${EventAction}`, Told>>> = {
  'access_token.issued': 'An application was given an access token for the user',
  'authorization_code.issued': 'An application was given a sign-in code for the user',
  'consent.accepted': 'The user allowed an application to act for them',
  'consent.created': 'The user allowed an application to act for them',
  'consent.revoked': 'What an application was allowed to do was taken back',
  'credential.created': (payload) => `A first ${credentialOf(payload)} was set`,
  'credential.deleted': (payload) => `The ${credentialOf(payload)} was taken away`,
  'credential.updated': (payload) => `The ${credentialOf(payload)} was changed`,
  'login.attempted': 'A sign-in was tried',
  'login.authenticated': 'The user signed in',
  'login.denied': 'A sign-in was refused',
  'login.failed': 'A sign-in failed',
  'login.rejected': 'A sign-in was refused',
  'password.authenticated': 'The password was correct',
  'password.confirmed': 'The password was correct',
  'password.accepted': 'The password was correct',
  'password.denied': 'A password was refused',
  'password.failed': 'A password was refused',
  'password.rejected': 'A password was refused',
  'password.requested': 'A new password was asked for',
  'password.sent': 'A code for a new password was sent',
  'password.not_sent': 'A code for a new password was not sent',
  'password.updated': 'The password or its state was changed',
  'recovery.confirmed': 'A code for a new password was proved',
  'recovery.failed': 'A code for a new password was refused',
  'recovery.not_sent': 'A code for a new password was not sent',
  'recovery.requested': 'A new password was asked for',
  'recovery.sent': 'A code for a new password was sent',
  'session.created': 'A session began',
  'session.deleted': 'A session ended',
  'session.revoked': 'A session was ended',
  'tokens.revoked': 'Tokens of the user were ended',
  'user.added_to_group': ({ group_name }) => `The user was put into the group${quoted(group_name)}`,
  'user.created': 'The user was created',
  'user.deleted': 'The user was deleted',
  'user.removed_from_group': ({ group_name }) => `The user was taken out of the group${quoted(group_name)}`,
  'user.updated': ({ changed }) =>
    Array.isArray(changed) && changed.length > 0
      ? `The user was changed (${changed.map((field) => spaced(String(field))).join(', ')})`
      : 'The user was changed',
}

/** Whoever did it did not prove to be the user. */
const unproved: ReadonlySet<EventAction> = new Set([
  'attempted',
  'denied',
  'failed',
  'not_sent',
  'rejected',
  'requested',
])

/**
 * One event of a person as a sentence or two, in English: what happened, by whom, from where, and why. What an event has no
 * words for yet is told by its subject and action.
 */
export function tellEvent(event: StoredEvent): string {
  const { subject, action, payload = {}, reason, ipAddress } = event
  const row = told[`${subject}.${action}`]
  const what = row === undefined ? firstUpper(`${spaced(subject)}: ${spaced(action)}`) : asText(row, payload)
  const where = ipAddress === undefined ? '' : `, from ${ipAddress}`
  return `${what}, ${actorOf(event)}${where}.${reason === undefined ? '' : ` ${reasons[reason]}`}`
}

const asText = (row: Told, payload: Readonly<Record<string, unknown>>): string =>
  typeof row === 'string' ? row : row(payload)

function actorOf({ userId, affectedUserId, clientId, action }: StoredEvent): string {
  const application = clientId === undefined ? undefined : `the application “${clientId}”`
  if (userId === undefined) return application === undefined ? 'by the server' : `by ${application}`
  const who =
    userId !== affectedUserId
      ? `by user ${userId}`
      : unproved.has(action)
        ? 'by somebody who gave this user’s name'
        : 'by the user'
  return application === undefined ? who : `${who} at ${application}`
}

/** `businessMetadata`, `access_token`: words of ours, as people write them. */
const spaced = (word: string): string =>
  word
    .replaceAll('_', ' ')
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim()

const firstUpper = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)
