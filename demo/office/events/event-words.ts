import type { OfficeEvent } from './read-events.ts'

/** How an event turned out: for the colour of a word that says it too. */
export type Outcome = 'good' | 'refused' | 'plain'

const whatHappened: Readonly<Record<string, string>> = {
  'access_token denied': 'Token refused',
  'access_token issued': 'Token issued',
  'authorization_code denied': 'Sign-in not finished',
  'authorization_code issued': 'Sent back to the application',
  'client created': 'Application set up',
  'credential created': 'Password taken over',
  'credential updated': 'Password verifier renewed',
  'login accepted': 'Signed in',
  'login attempted': 'Password was right',
  'login failed': 'Sign-in refused',
  'organization created': 'Biller set up',
  'organization updated': 'Biller changed',
  'otp sent': 'Code sent',
  'otp not_sent': 'Code not sent',
  'password updated': 'Password set',
  'pool created': 'Pool set up',
  'recovery requested': 'Help asked for',
  'recovery rejected': 'Code refused',
  'recovery accepted': 'Code accepted',
  'server created': 'Workspace set up',
  'session created': 'Session begun',
  'session revoked': 'Signed out',
  'user created': 'User created',
  'user updated': 'User changed',
  'user deleted': 'User deleted',
}

const reasonWords: Readonly<Record<string, string>> = {
  'name.unknown': 'No biller has this user name.',
  'name.ambiguous': 'Several billers have this user name, and the address did not say which.',
  'password.incorrect': 'The password is not the one on record.',
  'password.not_set': 'There is no password here for this user.',
  'password.must_be_reset': 'The password was right, but must be reset before it works again.',
  'password.must_be_changed': 'The password was right; a new one had to be chosen.',
  'password.reset_by_code': 'The user proved a code from a letter and set a new password.',
  'password.changed_by_user': 'The user gave the old password and set a new one.',
  'password.set_by_client': 'The set-up of the demo brought the password along.',
  'password.rehashed': 'After a right password its stored form was made stronger.',
  'user.inactive': 'The user is switched off.',
  'user.locked_in_legacy': 'The password was right, but the old system has locked the user.',
  'user.disabled_in_legacy': 'The password was right, but the old system has switched the user off.',
  'user.created_from_legacy': 'First sign-in of somebody whose password is in an old database.',
  'legacy.unavailable': 'The old database did not answer in time.',
  'throttle.waiting': 'Too many wrong passwords; the waiting time is not over.',
  'code.incorrect': 'The code is wrong, used or too old.',
  'code.no_address': 'The user has no address to send a code to.',
  'token.reused': 'A token that works once was used again.',
  'token.raced': 'One token was used twice at the same moment; one use won.',
  'account.ended': 'The session or the user was ended after the token was issued.',
  'sign_out.by_user': 'The user asked for it.',
}

const routeWords: Readonly<Record<string, string>> = {
  legacy: 'earlier sign-in',
  pool: 'new sign-in',
  secureauth: 'SecureAuth',
  connection: 'the company’s own sign-in',
  unknown: 'nowhere',
}

/** A new kind of event shows with its own words rather than not at all. */
export function wordsOf(event: OfficeEvent): string {
  return whatHappened[`${event.subject} ${event.action}`] ?? `${event.subject} ${event.action}`.replaceAll('_', ' ')
}

export function reasonOf(event: OfficeEvent): string | undefined {
  return event.reason === undefined ? undefined : (reasonWords[event.reason] ?? event.reason)
}

export function routeOf(event: OfficeEvent): string | undefined {
  return event.route === undefined ? undefined : (routeWords[event.route] ?? event.route)
}

const bad = new Set(['failed', 'rejected', 'denied', 'not_sent', 'unauthorized'])
const good = new Set(['login accepted', 'password updated', 'recovery accepted'])

export function outcomeOf(event: OfficeEvent): Outcome {
  if (bad.has(event.action)) return 'refused'
  return good.has(`${event.subject} ${event.action}`) ? 'good' : 'plain'
}

/** What a reader may narrow the list to. The first is the usual one. */
export const views = [
  {
    id: 'people',
    label: 'Sign-ins and passwords',
    subjects: ['login', 'password', 'recovery', 'otp', 'session'],
    actions: [],
  },
  { id: 'signed-in', label: 'Signed in', subjects: ['login'], actions: ['accepted'] },
  { id: 'refused', label: 'Refused', subjects: [], actions: ['failed', 'rejected', 'denied', 'not_sent'] },
  { id: 'passwords', label: 'Passwords and codes', subjects: ['password', 'recovery', 'otp'], actions: [] },
  { id: 'everything', label: 'Everything', subjects: [], actions: [] },
] as const satisfies readonly { id: string; label: string; subjects: readonly string[]; actions: readonly string[] }[]

export type EventView = (typeof views)[number]
