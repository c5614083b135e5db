import { createLocalJWKSet, importJWK, jwtVerify, SignJWT } from 'jose'
import type { JSONWebKeySet } from 'jose'
import type { Command, CommandHouse, ExitCode, Given, Say } from '../../surfaces/command/index.ts'
import { keyTimes } from './key-times.ts'
import { publishNext, removeSigningKey, retirableAt, retireOldKeys, rotateKeys, usableAt } from './rotate-keys.ts'
import { listKeyRecords, selectSigningKeys } from './signing-keys.store.ts'
import type { KeyPlace, KeyRecord } from './signing-keys.store.ts'

const by = 'command'
const workspaceArgument = {
  name: 'WORKSPACE',
  description: 'One workspace, as tenant/workspace. Absent: every workspace that has keys.',
  isOptional: true,
} as const

/** Milliseconds within which every node must have taken a change up. */
const nodesMilliseconds = 2000
const lookMilliseconds = 100

const nameOf = ({ tenantId, workspaceId }: KeyPlace): string => `${tenantId}/${workspaceId}`

async function placesOf(house: CommandHouse, given: Given, say: Say): Promise<readonly KeyPlace[]> {
  const all = new Map((await listKeyRecords(house.db.reader)).map((key) => [nameOf(key), key]))
  const asked = given.arguments['WORKSPACE']
  const places = [...all].filter(([name]) => asked === undefined || asked === name).map(([, place]) => place)
  if (places.length === 0) {
    say(
      asked === undefined ? 'No workspace has keys yet: they are made when they are first used.' : `No keys: ${asked}`,
    )
  }
  return places.map(({ tenantId, workspaceId }) => ({ tenantId, workspaceId }))
}

const list: Command = {
  name: 'keys list',
  summary: 'Shows the signing keys of each workspace and where each stands.',
  arguments: [workspaceArgument],
  flags: { all: { description: 'Shows the keys that are over too.' } },
  async run(house, given, say) {
    const times = keyTimes(house.config)
    for (const place of await placesOf(house, given, say)) {
      const keys = await listKeyRecords(house.db.reader, place)
      for (const key of keys.filter(({ state }) => given.flags['all'] === true || state !== 'retired')) {
        say(`${nameOf(place)}  ${key.kid}  ${key.state.padEnd(8)}  ${standingOf(key)}`)
      }
    }
    return 0

    function standingOf(key: KeyRecord): string {
      switch (key.state) {
        case 'next':
          return `published ${when(key.createdAt)}, can sign from ${when(usableAt(times, key.createdAt))}`
        case 'active':
          return `signs since ${when(key.activatedAt ?? key.createdAt)}`
        case 'retiring':
          return `verifies until ${when(retirableAt(times, key.retiringAt ?? key.createdAt))}`
        case 'retired':
          return `${key.endReason ?? 'retired'} ${when(key.retiredAt ?? key.createdAt)}`
        default:
          return key.state satisfies never
      }
    }
  },
}

const rotate: Command = {
  name: 'keys rotate',
  summary: 'Lets the next signing key of each workspace sign, and publishes a new next one.',
  details: `Nothing that was signed becomes invalid: the key before verifies until its last token is over. A next key that is too
young to be in every cache is not used; the command says from when on it can be, and ends with 1.`,
  arguments: [workspaceArgument],
  flags: { wait: { description: 'Waits until the next key can be used.' } },
  async run(house, given, say) {
    let exit: ExitCode = 0
    for (const place of await placesOf(house, given, say)) {
      if ((await rotateOne(house, place, given.flags['wait'] === true, say)) === undefined) exit = 1
    }
    return exit
  },
}

/** @returns the ids of the keys before and after; undefined when nothing was rotated */
async function rotateOne(
  house: CommandHouse,
  place: KeyPlace,
  mayWait: boolean,
  say: Say,
): Promise<{ readonly from: string; readonly to: string } | undefined> {
  const times = keyTimes(house.config)
  for (;;) {
    const outcome = await rotateKeys(house, times, place, by)
    if (outcome.kind === 'rotated') {
      say(`${nameOf(place)}: ${outcome.to} signs, ${outcome.from} verifies until its last token is over.`)
      return outcome
    }
    if (outcome.kind === 'raced') {
      say(`${nameOf(place)}: somebody else has just rotated.`)
      return undefined
    }
    say(`${nameOf(place)}: the next key ${outcome.next} is in every cache at ${when(outcome.until)}.`)
    if (!mayWait) return undefined
    await house.pause(Math.max(1000, outcome.until.getTime() - house.clock.now().getTime()))
  }
}

const retire: Command = {
  name: 'keys retire',
  summary: 'Takes the signing keys out of the key sets whose last token is over.',
  details: 'The server does this by itself every minute; the command is for a look at what is left.',
  arguments: [workspaceArgument],
  async run(house, given, say) {
    const times = keyTimes(house.config)
    for (const place of await placesOf(house, given, say)) {
      for (const kid of await retireOldKeys(house, times, place, by)) say(`${nameOf(place)}: ${kid} is retired.`)
      for (const key of await listKeyRecords(house.db.reader, place)) {
        if (key.state !== 'retiring') continue
        say(`${nameOf(place)}: ${key.kid} verifies until ${when(retirableAt(times, key.retiringAt ?? key.createdAt))}.`)
      }
    }
    return 0
  },
}

const remove: Command = {
  name: 'keys remove',
  summary: 'Takes a signing key out at once: everything that it signed is refused. For a key that others may have.',
  details: `Every node refuses what the key signed within two seconds. Applications that verify tokens by themselves go on for as
long as they keep the key set (GATEHOUSE_KEY_SET_SECONDS): tell them. docs/operations/keys.md has the whole playbook.`,
  arguments: [{ name: 'KEY', description: 'The id of the key, as "gatehouse keys list" shows it.' }],
  async run(house, given, say) {
    const kid = given.arguments['KEY'] ?? ''
    const key = (await listKeyRecords(house.db.reader)).find((one) => one.kid === kid)
    const removed = key && (await removeSigningKey(house, keyTimes(house.config), key, kid, by))
    if (!removed) {
      say(`No workspace publishes a key ${kid}: "gatehouse keys list" shows those there are.`)
      return 1
    }
    say(`${nameOf(key)}: ${kid} is removed; ${removed.signing} signs.`)
    if (!removed.isKnownEverywhere) {
      say(
        `${removed.signing} is new: applications that do not ask again for a key they do not know refuse it for a while.`,
      )
    }
    return 0
  },
}

const drill: Command = {
  name: 'keys drill',
  summary: 'Practises a rotation on the running system and reports each step with its time.',
  details: `Asks the key set at GATEHOUSE_URL as an application would: the next key must be in it before it signs, both keys must
verify what they sign, and the change must be visible within two seconds. It really rotates; nothing becomes invalid.`,
  arguments: [workspaceArgument],
  async run(house, given, say) {
    const places = await placesOf(house, given, say)
    let exit: ExitCode = places.length === 0 ? 1 : 0
    for (const place of places) {
      try {
        await drillOne(house, place, say)
      } catch (error) {
        if (!(error instanceof DrillFailure)) throw error
        say(`${nameOf(place)}: FAILED: ${error.message}`)
        exit = 1
      }
    }
    say(exit === 0 ? 'The drill is passed.' : 'The drill is not passed.')
    return exit
  },
}

class DrillFailure extends Error {}

async function drillOne(house: CommandHouse, place: KeyPlace, say: Say): Promise<void> {
  const name = nameOf(place)
  const times = keyTimes(house.config)
  await publishNext(house, place, by)
  const keys = await selectSigningKeys(house.db.reader, house.vault, place.tenantId, place.workspaceId)
  const [active] = keys
  const next = keys.find(({ state }) => state === 'next')
  if (active?.state !== 'active' || !next) throw new DrillFailure('there is no key that signs, or no next one')

  await until(house, place, (published) => published.has(next.kid))
  const before = await keySet(house, place)
  if (before.seconds > times.keySetSeconds) {
    throw new DrillFailure(
      `the key set may be kept for ${before.seconds} s, and ${times.keySetSeconds} s are configured`,
    )
  }
  say(`${name}: published: ${active.kid} (signs) and ${next.kid} (next); kept for at most ${before.seconds} s.`)
  for (const key of [active, next]) {
    const token = await new SignJWT({ drill: true })
      .setProtectedHeader({ alg: key.algorithm, kid: key.kid })
      .sign(await importJWK(key.privateJwk, key.algorithm))
    await jwtVerify(token, createLocalJWKSet(before.set), { currentDate: house.clock.now() }).catch(
      (cause: unknown) => {
        throw new DrillFailure(`the published ${key.kid} does not verify what the key signs`, { cause })
      },
    )
  }
  say(`${name}: what both keys sign is verified by the published key set.`)

  const rotated = await rotateOne(house, place, true, say)
  if (!rotated) throw new DrillFailure('somebody else rotated at the same time: try again')
  const started = house.clock.now().getTime()
  const newest = (await listKeyRecords(house.db.reader, place)).find(({ state }) => state === 'next')
  await until(house, place, (published) => published.has(newest?.kid ?? '') && published.has(rotated.from))
  say(
    `${name}: seen at ${house.config.origin} after ${house.clock.now().getTime() - started} ms; the key before is still published.`,
  )

  const old = (await listKeyRecords(house.db.reader, place)).find(({ kid }) => kid === rotated.from)
  const due = retirableAt(times, old?.retiringAt ?? house.clock.now())
  say(`${name}: ${rotated.from} is retired by itself at ${when(due)}.`)
}

interface KeySet {
  readonly set: JSONWebKeySet
  readonly seconds: number
}

async function keySet(house: CommandHouse, place: KeyPlace): Promise<KeySet> {
  const url = `${house.config.origin}/${nameOf(place)}/.well-known/jwks.json`
  try {
    const { status, body, cacheControl } = await house.get(url)
    if (status !== 200) throw new DrillFailure(`${url} answered ${status}`)
    const seconds = /max-age=(?<seconds>\d+)/.exec(cacheControl)?.groups?.['seconds']
    return { set: JSON.parse(body) as JSONWebKeySet, seconds: seconds === undefined ? Infinity : Number(seconds) }
  } catch (cause) {
    if (cause instanceof DrillFailure) throw cause
    throw new DrillFailure(`${url} does not answer with a key set: is the server running?`, { cause })
  }
}

/** Looks until the published set is so. Several looks in a row must agree: there may be several nodes behind the address. */
async function until(
  house: CommandHouse,
  place: KeyPlace,
  isSo: (kids: ReadonlySet<string>) => boolean,
): Promise<void> {
  const deadline = house.clock.now().getTime() + nodesMilliseconds
  for (let agreeing = 0; agreeing < 5;) {
    const { set } = await keySet(house, place)
    if (isSo(new Set(set.keys.map(({ kid }) => kid ?? '')))) {
      agreeing += 1
      continue
    }
    if (house.clock.now().getTime() > deadline) {
      throw new DrillFailure(`a node has not taken the change up within ${nodesMilliseconds / 1000} s`)
    }
    agreeing = 0
    await house.pause(lookMilliseconds)
  }
}

const when = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`

/** What an operator does with signing keys. */
export const keyCommands: readonly Command[] = [list, rotate, retire, remove, drill]
