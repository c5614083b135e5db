import { billers, type Biller, type ShardId } from './billers.ts'
import {
  canonicalUsername,
  drawDesk,
  drawName,
  drawUsername,
  habits,
  toAscii,
  type UsernameStyle,
} from './crowd-names.ts'
import { drawFrom, type Draw } from './draw.ts'
import { namedPeople, type NamedPerson } from './named-people.ts'
import { type HashKind, type PasswordHash } from './password-hash.ts'
import { readNamedTriples, readTriples, storedHash, type Triple } from './triples.ts'

export { canonicalUsername } from './crowd-names.ts'
export { guests, type Guest } from './guests.ts'
export { namedPeople, type NamedPerson } from './named-people.ts'

/** A staff user of a biller, as both the shard and, after migration, the pool know them. */
export interface Person {
  readonly biller: Biller
  /** As the shard spells it: a GUID in lower case (A), a GUID in upper case (B), a whole number (C). */
  readonly legacyId: string
  /** Unique over all billers in its canonical form. In NFC; letters as somebody once typed them. */
  readonly username: string
  readonly displayName: string
  /** Not unique: about two in a hundred share theirs, with a colleague or with their own log-in at another biller. */
  readonly email: string | undefined
  readonly isLocked: boolean
  readonly isDisabled: boolean
  readonly mustChange: boolean
  /** A reset demanded by an administrator after the migration; only users of a biller in mode `new`. */
  readonly mustReset: boolean
  readonly hash: PasswordHash
}

let made: readonly Person[] | undefined

/**
 * All staff users of all billers, about 30,000: the named people and the crowd. Always the same ones.
 * Made at the first call, in some tenths of a second, and kept.
 */
export function people(): readonly Person[] {
  made ??= withLegacyIds(makePeople())
  return made
}

type Nameless = Omit<Person, 'legacyId'>

const kindsByShard: Readonly<Record<ShardId, readonly { readonly share: number; readonly kind: HashKind }[]>> = {
  'shard-a': [
    { share: 56, kind: 'aspnet-identity-v3' },
    { share: 44, kind: 'aspnet-identity-v2' },
  ],
  'shard-b': [
    { share: 72, kind: 'aspnet-membership-sha1' },
    { share: 28, kind: 'bcrypt' },
  ],
  'shard-c': [
    { share: 46, kind: 'salted-md5-first' },
    { share: 32, kind: 'pbkdf2' },
    { share: 22, kind: 'bcrypt' },
  ],
}

const privateMailDomains = ['inkwell.example', 'porchlight.example', 'fastpost.example', 'mailstop.example']

function makePeople(): readonly Nameless[] {
  const namedTriples = new Map(readNamedTriples().map((triple) => [triple.username, triple]))
  const crowdTriples = Map.groupBy(readTriples(), (triple) => triple.kind)
  const all: Nameless[] = []
  const usernames = new Taken(namedPeople.map((person) => person.username))
  const addresses = new Taken(namedPeople.flatMap((person) => person.email ?? []))
  for (const biller of billers) {
    const named = namedPeople.filter((person) => person.biller === biller)
    all.push(...named.map((person) => fromTable(person, namedTriples.get(person.username))))
    addCrowd(all, biller, biller.userCount - named.length, { usernames, addresses, crowdTriples })
  }
  return all
}

const namedUsernames = new Set(namedPeople.map((person) => person.username))

function fromTable(named: NamedPerson, triple: Triple | undefined): Nameless {
  if (triple?.password !== named.password || triple.kind !== named.hashKind) {
    throw new Error(`named-triples.jsonl does not fit ${named.username}; run: node demo/legacy/make-triples.ts`)
  }
  return {
    biller: named.biller,
    username: named.username,
    displayName: named.displayName,
    email: named.email,
    isLocked: named.state === 'locked',
    isDisabled: named.state === 'disabled',
    mustChange: named.state === 'must-change',
    mustReset: named.state === 'must-reset',
    hash: storedHash(triple),
  }
}

interface Supplies {
  readonly usernames: Taken
  readonly addresses: Taken
  readonly crowdTriples: ReadonlyMap<HashKind, readonly Triple[]>
}

function addCrowd(all: Nameless[], biller: Biller, count: number, supplies: Supplies): void {
  const draw = drawFrom(`crowd of ${biller.slug}`)
  const habit = draw.pickByShare(habits)
  const before = all.filter((person) => !namedUsernames.has(person.username))
  const colleagues: Nameless[] = []
  for (let added = 0; added < count; added += 1) {
    const kind = draw.pickByShare(kindsByShard[biller.shard]).kind
    const state = draw.below(1000)
    const crowdOnly = {
      biller,
      isLocked: state < 10,
      isDisabled: state >= 10 && state < 30,
      mustChange: state >= 30 && state < 36,
      mustReset: biller.mode === 'new' && state >= 36 && state < 50,
      hash: storedHash(draw.pick(supplies.crowdTriples.get(kind) ?? [])),
    }
    const person = { ...crowdOnly, ...drawIdentity(biller, draw, habit, supplies, before, colleagues) }
    colleagues.push(person)
    all.push(person)
  }
}

type Identity = Pick<Person, 'username' | 'displayName' | 'email'>

function drawIdentity(
  biller: Biller,
  draw: Draw,
  habit: UsernameStyle,
  { usernames, addresses }: Supplies,
  before: readonly Nameless[],
  colleagues: readonly Nameless[],
): Identity {
  if (draw.percent(1.3)) {
    const desk = drawDesk(draw)
    const email = draw.percent(85) ? addresses.free(`${desk.local}@${biller.mailDomain}`) : undefined
    return {
      username: usernames.free(`${desk.local}.${biller.initials.toLowerCase()}`),
      displayName: desk.displayName,
      email,
    }
  }
  const elsewhere = draw.percent(0.55) && before.length > 0 ? draw.pick(before) : undefined
  if (elsewhere?.email && /^\p{Lu}[\p{L}'-]+ [\p{L}'-]+$/u.test(elsewhere.displayName)) {
    const [given = '', family = ''] = elsewhere.displayName.split(' ')
    const name = { given, family, displayName: elsewhere.displayName }
    return {
      username: usernames.free(drawUsername(name, biller, habit, draw)),
      displayName: name.displayName,
      email: elsewhere.email,
    }
  }
  const name = drawName(draw)
  const username = usernames.free(drawUsername(name, biller, habit, draw))
  const colleague = draw.percent(0.6) && colleagues.length > 0 ? draw.pick(colleagues) : undefined
  const email =
    colleague?.email ??
    (draw.percent(4) ? undefined : addresses.free(drawAddress(name.given, name.family, biller, draw)))
  return { username, displayName: name.displayName, email }
}

function drawAddress(given: string, family: string, biller: Biller, draw: Draw): string {
  const domain = draw.percent(9) ? draw.pick(privateMailDomains) : biller.mailDomain
  const local = draw.percent(78)
    ? `${toAscii(given)}.${toAscii(family)}`
    : `${toAscii(given).slice(0, 1)}${toAscii(family)}`
  return `${draw.percent(6) ? local : local.toLowerCase()}@${domain}`
}

/** Names that are in use. `free` gives a wish as it is or, if somebody has it, with the next number: `jsmith`, `jsmith2`, … */
class Taken {
  readonly #canonical: Set<string>
  readonly #lastNumber = new Map<string, number>()

  constructor(names: readonly string[]) {
    this.#canonical = new Set(names.map(canonicalUsername))
  }

  free(wish: string): string {
    const base = canonicalUsername(wish)
    let candidate = wish
    for (let number = this.#lastNumber.get(base) ?? 1; this.#canonical.has(canonicalUsername(candidate));) {
      number += 1
      candidate = wish.includes('@') ? wish.replace('@', `${number}@`) : `${wish}${number}`
      this.#lastNumber.set(base, number)
    }
    this.#canonical.add(canonicalUsername(candidate))
    return candidate.normalize('NFC')
  }
}

/** Gives out ids in an order of its own, because rows of one biller never stand together in a shard that grew for years. */
function withLegacyIds(nameless: readonly Nameless[]): readonly Person[] {
  const draw = drawFrom('legacy ids')
  let lastNumber = 10_016
  const ids = new Map<Nameless, string>()
  const byChance = nameless.map((person) => ({ person, at: draw.below(2 ** 32) })).toSorted((a, b) => a.at - b.at)
  for (const { person } of byChance) {
    lastNumber += person.biller.shard === 'shard-c' ? 1 + draw.below(4) : 0
    const guid = draw.guid()
    const idByShard = { 'shard-a': guid, 'shard-b': guid.toUpperCase(), 'shard-c': String(lastNumber) }
    ids.set(person, idByShard[person.biller.shard])
  }
  return nameless.map((person) => ({ ...person, legacyId: ids.get(person) ?? '' }))
}
