import { operatorFacts, readPlace, sayProblem } from '../../surfaces/command/index.ts'
import type { Command, Given, Say } from '../../surfaces/command/index.ts'
import { revokeRotatedSecrets, rotateClientSecret } from './rotate-secret.ts'

const clientArgument = { name: 'CLIENT', description: 'The client, as tenant/workspace/client.' } as const
/** A week: the instances of an application are usually replaced within one. */
const usualOverlapHours = 168
const longestOverlapHours = 8760

const rotate: Command = {
  name: 'secret rotate',
  summary: 'Gives a client a new secret, shows it once, and lets the old one go on for a while.',
  details: `The secret is kept as a hash: what is shown here is shown once. Both open the client until the old one ends; "gatehouse secret
revoke" ends it earlier. --overlap 0 ends it now. Every node knows within two seconds.`,
  arguments: [clientArgument],
  flags: {
    overlap: { value: 'HOURS', description: `How long the old secret goes on; ${usualOverlapHours} when absent.` },
  },
  run: (house, given, say) =>
    sayProblem(say, async () => {
      const place = readClient(given, say)
      const hours = readHours(given, say)
      if (!place || hours === undefined) return 2
      const facts = operatorFacts(house.random, rotate)
      const { secret, oldEndsAt } = await rotateClientSecret(house, place, hours * 3600, facts)
      say(secret)
      say(
        hours === 0
          ? 'The secret before is over.'
          : `The secret before goes on until ${oldEndsAt.toISOString().slice(0, 19)}Z.`,
      )
      return 0
    }),
}

const revoke: Command = {
  name: 'secret revoke',
  summary: 'Ends every secret of a client but the newest, now.',
  details: 'For the day on which every instance has the new one, or an old one is in other hands.',
  arguments: [clientArgument],
  run: (house, given, say) =>
    sayProblem(say, async () => {
      const place = readClient(given, say)
      if (!place) return 2
      await revokeRotatedSecrets(house, place, operatorFacts(house.random, revoke))
      say('Only the newest secret opens this client.')
      return 0
    }),
}

function readClient(given: Given, say: Say) {
  const [tenantId, workspaceId, clientId] = readPlace(given.arguments['CLIENT'], 'tenant/workspace/client', say) ?? []
  return tenantId === undefined || workspaceId === undefined || clientId === undefined
    ? undefined
    : { tenantId, workspaceId, clientId }
}

function readHours(given: Given, say: Say): number | undefined {
  const typed = given.flags['overlap']
  if (typeof typed !== 'string') return usualOverlapHours
  const hours = /^\d{1,6}$/.test(typed) ? Number(typed) : Infinity
  if (hours <= longestOverlapHours) return hours
  say(`--overlap: "${typed}" is not a whole number of hours from 0 to ${longestOverlapHours}.`)
  return undefined
}

/** What an operator does with the secrets of clients. */
export const secretCommands: readonly Command[] = [rotate, revoke]
