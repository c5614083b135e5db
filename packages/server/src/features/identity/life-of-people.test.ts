import * as contract from '@gatehouse/contract'
import type { TSchema } from 'typebox'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openManagement } from './testing/open-management.ts'
import type { Answering, Management } from './testing/open-management.ts'
import { madeBiller } from './testing/people.ts'

let management: Management
let tenant: Awaited<ReturnType<Management['tenant']>>
beforeAll(async () => {
  management = await openManagement()
  tenant = await management.tenant('life')
  await madeBiller(tenant, 'acme')
})
afterAll(() => management.close())

/** What should be true of one person. */
interface Person {
  readonly id: string
  status: 'new' | 'active'
  readonly identifiers: Map<string, 'email' | 'uid'>
  /** Whether it is verified. */
  readonly addresses: Map<string, boolean>
}

type Step =
  | { readonly kind: 'create'; readonly name: number; readonly mail: number; readonly isVerified: boolean }
  | { readonly kind: 'register'; readonly name: number; readonly isMail: boolean }
  | { readonly kind: 'name'; readonly who: number; readonly name: number; readonly isMail: boolean }
  | { readonly kind: 'unname'; readonly who: number; readonly name: number; readonly isMail: boolean }
  | { readonly kind: 'reach'; readonly who: number; readonly mail: number }
  | { readonly kind: 'lose'; readonly who: number; readonly mail: number }
  | { readonly kind: 'activate'; readonly who: number }
  | { readonly kind: 'verify'; readonly who: number; readonly mail: number }
  | { readonly kind: 'delete'; readonly who: number }

const few = fc.nat({ max: 2 })
const who = fc.nat({ max: 5 })
const kind = <K extends string>(value: K) => fc.constant(value)
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: kind('create'), name: few, mail: few, isVerified: fc.boolean() }),
    fc.record({ kind: kind('register'), name: few, isMail: fc.boolean() }),
    fc.record({ kind: kind('name'), who, name: few, isMail: fc.boolean() }),
    fc.record({ kind: kind('unname'), who, name: few, isMail: fc.boolean() }),
    fc.record({ kind: kind('reach'), who, mail: few }),
    fc.record({ kind: kind('lose'), who, mail: few }),
    fc.record({ kind: kind('activate'), who }),
    fc.record({ kind: kind('verify'), who, mail: few }),
    fc.record({ kind: kind('delete'), who }),
  ),
  { minLength: 5, maxLength: 18 },
) satisfies fc.Arbitrary<Step[]>

/** @throws Error when an answer is not the one that the model says */
function held(status: number, expected: number): void {
  if (status !== expected) throw new Error(`${status} was answered, and the model says ${expected}`)
}

/** One pool, and what should be in it. */
class World {
  readonly number: number
  readonly pool: string
  readonly people: Person[] = []

  constructor(number: number) {
    this.number = number
    this.pool = `life-${number}`
  }

  readonly name = (n: number): string => `p${this.number}.name${n}`
  readonly mail = (n: number): string => `mail${n}@p${this.number}.test`
  readonly typed = (n: number, isMail: boolean): string => (isMail ? this.mail(n) : this.name(n))

  post<A extends TSchema>(operation: Answering<A>, body: object, id?: string) {
    const params = { ipID: this.pool, ...(id === undefined ? {} : { userID: id }) }
    return tenant.call(operation, { params, body })
  }

  /** The person that a step is about, if there is anybody. */
  readonly chosen = (n: number): Person | undefined =>
    this.people.length === 0 ? undefined : this.people[n % this.people.length]

  readonly named = (text: string, except?: Person): Person | undefined =>
    this.people.find((one) => one !== except && one.identifiers.has(text))
  readonly verified = (text: string, except?: Person): Person | undefined =>
    this.people.find((one) => one !== except && one.addresses.get(text) === true)

  async take(step: Step): Promise<void> {
    // Whatever was counted against a name is over.
    management.clock.move({ seconds: 61 })
    const person = 'who' in step ? this.chosen(step.who) : undefined
    if ('who' in step && !person) return
    switch (step.kind) {
      case 'create':
        return this.create(step)
      case 'register':
        return this.register(this.typed(step.name, step.isMail), step.isMail)
      case 'name': {
        const text = this.typed(step.name, step.isMail)
        const type = step.isMail ? 'email' : 'uid'
        const isFree = !this.named(text)
        const { status } = await this.post(contract.systemAddIdentifier, { type, identifier: text }, person!.id)
        held(status, isFree ? 200 : 409)
        if (isFree) person!.identifiers.set(text, type)
        return
      }
      case 'unname': {
        const text = this.typed(step.name, step.isMail)
        const { status } = await this.post(contract.systemDeleteIdentifier, { identifier: text }, person!.id)
        held(status, person!.identifiers.delete(text) ? 204 : 404)
        return
      }
      case 'reach': {
        const address = this.mail(step.mail)
        const body = { type: 'email', address, verified: false }
        const { status } = await this.post(contract.systemAddVerifiableAddress, body, person!.id)
        held(status, person!.addresses.has(address) ? 409 : 200)
        if (status === 200) person!.addresses.set(address, false)
        return
      }
      case 'lose': {
        const address = this.mail(step.mail)
        const { status } = await this.post(contract.systemDeleteVerifiableAddress, { address }, person!.id)
        held(status, person!.addresses.delete(address) ? 204 : 404)
        return
      }
      case 'activate':
        return this.activate(person!)
      case 'verify':
        return this.verify(person!, this.mail(step.mail))
      case 'delete': {
        const params = { ipID: this.pool, userID: person!.id }
        held((await tenant.call(contract.systemDeleteUser, { params })).status, 204)
        this.people.splice(this.people.indexOf(person!), 1)
        return
      }
      default:
        return step satisfies never
    }
  }

  private async create(step: Step & { readonly kind: 'create' }): Promise<void> {
    const [name, mail] = [this.name(step.name), this.mail(step.mail)]
    const isFree = !this.named(name)
    const made = await this.post(contract.systemCreateUser, {
      status: 'active',
      identifiers: [{ type: 'uid', identifier: name }],
      verifiable_addresses: [{ type: 'email', address: mail, status: 'active', verified: step.isVerified }],
    })
    held(made.status, isFree ? 201 : 409)
    if (!isFree) return
    this.people.push({
      id: made.body.id,
      status: 'active',
      identifiers: new Map([[name, 'uid']]),
      addresses: new Map([[mail, step.isVerified]]),
    })
  }

  private async register(text: string, isMail: boolean): Promise<void> {
    const owners = [this.named(text), this.verified(text)].filter((one) => one !== undefined)
    const made = await tenant.call(contract.selfRegisterUser, {
      params: { ipID: this.pool },
      query: { send_activation_message: 'false' },
      body: { identifier: text },
    })
    held(made.status, 201)
    if (owners.length > 0) {
      const ids = this.people.filter((one) => one.identifiers.has(text) || one.addresses.get(text) === true)
      if (!ids.some(({ id }) => id === made.body.id)) throw new Error('the id of nobody who has the name was told')
      return
    }
    this.people.push({
      id: made.body.id,
      status: 'new',
      identifiers: new Map(isMail ? [] : [[text, 'uid']]),
      addresses: new Map(isMail ? [[text, false]] : []),
    })
  }

  private async activate(person: Person): Promise<void> {
    const made = await this.post(contract.generateCode, { type: 'activation' }, person.id)
    const [only, another] = person.addresses.keys()
    const canBe = person.status === 'new' && only !== undefined && another === undefined
    held(made.status, canBe ? 201 : 422)
    if (!canBe) return
    const { code, extended_code: extended } = made.body
    const isTheirs = !this.named(only, person) && !this.verified(only, person)
    const activated = await this.post(contract.activateSelfRegisteredUser, { code }, person.id)
    held(activated.status, isTheirs ? 201 : 422)
    if (!isTheirs) return
    const again = await this.post(contract.activateSelfRegisteredUserUsingExtendedCode, { code: extended })
    held(again.status, 401)
    person.status = 'active'
    person.addresses.set(only, true)
    person.identifiers.set(only, 'email')
  }

  private async verify(person: Person, address: string): Promise<void> {
    const made = await this.post(contract.generateCode, { type: 'verify_address', address }, person.id)
    const canBe = person.addresses.get(address) === false && !this.verified(address, person)
    held(made.status, canBe ? 201 : 422)
    if (!canBe) return
    const body = { address, code: made.body.code }
    held((await this.post(contract.completeAddressVerification, body, person.id)).status, 204)
    held((await this.post(contract.completeAddressVerification, body, person.id)).status, 409)
    person.addresses.set(address, true)
  }

  /** Everything there is, in a form that can be compared. */
  async found() {
    const { body } = await tenant.call(contract.systemListUsers, {
      params: { ipID: this.pool },
      query: { limit: '100' },
    })
    return body.users
      .map((user: contract.ListedUser) => ({
        id: user.id,
        status: user.status,
        identifiers: user.identifiers_with_details.map(({ type, value }) => `${type} ${value}`).toSorted(),
        addresses: user.addresses.map((one) => `${one.address} ${one.verified}`).toSorted(),
      }))
      .toSorted(byId)
  }

  expected() {
    return this.people
      .map((person) => ({
        id: person.id,
        status: person.status,
        identifiers: [...person.identifiers].map(([text, type]) => `${type} ${text}`).toSorted(),
        addresses: [...person.addresses].map(([text, isVerified]) => `${text} ${isVerified}`).toSorted(),
      }))
      .toSorted(byId)
  }
}

const byId = (one: { readonly id: string }, other: { readonly id: string }): number => (one.id < other.id ? -1 : 1)

describe('whatever happens to people in whatever order', () => {
  it('they have the names, addresses and status that a small model says, and each code was right once', async () => {
    let number = 0
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        number += 1
        const world = new World(number)
        const body = { id: world.pool, name: 'Life', workspace_id: 'acme', public_registration_allowed: true }
        expect((await tenant.call(contract.systemCreatePool, { body })).status).toBe(201)
        for (const step of taken) await world.take(step)
        expect(await world.found()).toEqual(world.expected())
      }),
      { numRuns: 30 },
    )
  }, 240_000)
})
