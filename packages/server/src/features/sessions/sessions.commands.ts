import { operatorFacts, readPlace, sayProblem } from '../../surfaces/command/index.ts'
import type { Command, CommandHouse, Given, Say } from '../../surfaces/command/index.ts'
import { organizationId } from '../tenancy/index.ts'
import { logoutAnnouncer } from './announce-logout.ts'
import { changeSessionPolicy, standingPolicy } from './change-policy.ts'
import type { PolicyChange, PolicyStanding } from './change-policy.ts'
import type { EndNeeds } from './end-sessions.ts'
import { suspendOrganization } from './suspend-organization.ts'

const organizationArgument = { name: 'ORGANIZATION', description: 'The organization, as tenant/organization.' } as const

/** What a command that ends sessions needs. */
export const endNeedsOf = async (house: CommandHouse): Promise<EndNeeds> => ({
  clock: house.clock,
  random: house.random,
  announceLogout: logoutAnnouncer({ jobs: await house.jobs(), random: house.random }),
})

const suspend: Command = {
  name: 'organization suspend',
  summary: 'Nobody of an organization may sign in or stay signed in, from the next request on.',
  details: `Every session, code and token of its people is refused at once, on every node; nothing is deleted. Applications are told
within ten minutes. "gatehouse organization resume" lifts it.`,
  arguments: [organizationArgument],
  run: (house, given, say) => setSuspension(suspend, house, given, say, true),
}

const resume: Command = {
  name: 'organization resume',
  summary: 'Lifts the suspension of an organization: its people may sign in again.',
  details: 'Sessions that were noted as ended meanwhile stay ended.',
  arguments: [organizationArgument],
  run: (house, given, say) => setSuspension(resume, house, given, say, false),
}

const setSuspension = (command: Command, house: CommandHouse, given: Given, say: Say, isSuspended: boolean) =>
  sayProblem(say, async () => {
    const typed = given.arguments['ORGANIZATION']
    const [tenantId, name] = readPlace(typed, 'tenant/organization', say) ?? []
    if (tenantId === undefined || name === undefined) return 2
    const isNew = await suspendOrganization(
      house.db,
      await endNeedsOf(house),
      { tenantId, organizationId: organizationId(name) },
      isSuspended,
      operatorFacts(house.random, command),
    )
    const state = isSuspended ? 'suspended' : 'not suspended'
    say(isNew ? `${typed} is ${state} from now on.` : `${typed} is ${state} already: nothing was changed.`)
    return 0
  })

const duration = { value: 'TIME' } as const

const policy: Command = {
  name: 'sessions policy',
  summary: 'Shows or changes how long sessions of a workspace or an organization last.',
  details: `TIME is a number with s, m, h or d behind it. "none" takes the place's own word back: then its workspace's holds, or the usual
one. A change counts at the next use of each session, on every node. docs/sessions.md says what each word means.`,
  arguments: [
    { name: 'PLACE', description: 'A workspace or an organization, as tenant/workspace or tenant/organization.' },
  ],
  flags: {
    idle: { ...duration, description: 'A session that was not used for so long is over.' },
    absolute: { ...duration, description: 'So long after the proof it is over in any case.' },
    stay: { value: 'yes|no', description: 'Whether people may tick "Stay signed in".' },
    'stay-idle': { ...duration, description: 'The first, for those who ticked it.' },
    'stay-absolute': { ...duration, description: 'The second, for those who ticked it.' },
    offline: {
      ...duration,
      description: 'What applications may keep (offline_access) is over so long after the proof.',
    },
    most: { value: 'NUMBER', description: 'Sessions of one person at a time.' },
  },
  run: (house, given, say) =>
    sayProblem(say, async () => {
      const [tenantId, workspaceId] = readPlace(given.arguments['PLACE'], 'tenant/name', say) ?? []
      if (tenantId === undefined || workspaceId === undefined) return 2
      const reading = readChange(given)
      if ('fault' in reading) {
        say(reading.fault)
        return 2
      }
      const where = { tenantId, workspaceId }
      const isChange = Object.keys(reading.change).length > 0
      const facts = operatorFacts(house.random, policy)
      showPolicy(
        say,
        isChange
          ? await changeSessionPolicy(house.db, house, where, reading.change, facts)
          : await standingPolicy(house.db.reader, where),
      )
      return 0
    }),
}

const words = [
  { word: 'idleSeconds', flag: 'idle', read: seconds },
  { word: 'absoluteSeconds', flag: 'absolute', read: seconds },
  { word: 'mayStaySignedIn', flag: 'stay', read: yesOrNo },
  { word: 'stayIdleSeconds', flag: 'stay-idle', read: seconds },
  { word: 'stayAbsoluteSeconds', flag: 'stay-absolute', read: seconds },
  { word: 'offlineSeconds', flag: 'offline', read: seconds },
  { word: 'mostSessions', flag: 'most', read: count },
] as const

/** Everything is read before anything is done: a change is made whole or not at all. */
function readChange(given: Given): { readonly change: PolicyChange } | { readonly fault: string } {
  const change: Record<string, number | boolean | null> = {}
  for (const { word, flag, read } of words) {
    const typed = given.flags[flag]
    if (typeof typed !== 'string') continue
    const value = typed === 'none' ? null : read(typed)
    if (value === undefined)
      return { fault: `--${flag}: "${typed}" cannot be read. See gatehouse help sessions policy.` }
    change[word] = value
  }
  return { change }
}

function seconds(typed: string): number | undefined {
  const [, digits, unit] = /^(\d{1,9})([smhd])$/.exec(typed) ?? []
  return digits === undefined ? undefined : Number(digits) * (unitSeconds[unit ?? ''] ?? 0)
}
const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

function yesOrNo(typed: string): boolean | undefined {
  if (typed === 'yes') return true
  return typed === 'no' ? false : undefined
}

function count(typed: string): number | undefined {
  return /^\d{1,9}$/.test(typed) ? Number(typed) : undefined
}

function showPolicy(say: Say, standing: PolicyStanding): void {
  for (const { word, flag, read } of words) {
    const value = standing.policy[word]
    const shown = typeof value === 'boolean' ? (value ? 'yes' : 'no') : read === seconds ? durationText(value) : value
    say(
      `${flag.padEnd(14)} ${String(shown).padEnd(6)} ${standing.own[word] === undefined ? 'inherited' : 'its own word'}`,
    )
  }
}

/** In the largest unit that leaves nothing over. */
function durationText(value: number): string {
  const unit = (['d', 'h', 'm'] as const).find((one) => value % (unitSeconds[one] ?? 1) === 0) ?? 's'
  return `${value / (unitSeconds[unit] ?? 1)}${unit}`
}

/** What an operator does with sessions. */
export const sessionCommands: readonly Command[] = [suspend, resume, policy]
