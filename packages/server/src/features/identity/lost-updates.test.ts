import { systemGetUser, systemUpdateUser } from '@gatehouse/contract'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openManagement } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'
import { madeBiller, madePerson } from './testing/people.ts'

let management: Management
let tenant: Awaited<ReturnType<Management['tenant']>>
let pool: string

beforeAll(async () => {
  management = await openManagement()
  tenant = await management.tenant('ours')
  pool = (await madeBiller(tenant, 'biller')).pool
})
afterAll(() => management.close())

/** Part of a person, and what is written there. */
interface Change {
  readonly field: 'metadata' | 'payload'
  readonly name: string
  readonly value: number
}

/** Reads, changes and writes what was read, and begins again where somebody else was quicker. */
async function apply(userID: string, { field, name, value }: Change): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const read = await tenant.call(systemGetUser, { params: { ipID: pool, userID } })
    const written = await tenant.call(systemUpdateUser, {
      params: { ipID: pool, userID },
      headers: { 'if-match': String(read.headers['etag']) },
      body: { [field]: { ...read.body[field], [name]: value } },
    })
    if (written.status === 200) return tries
    expect(written.status).toBe(412)
  }
}

const change = fc.record({
  field: fc.constantFrom('metadata' as const, 'payload' as const),
  name: fc.constantFrom('a', 'b', 'c'),
  value: fc.integer({ min: 0, max: 9 }),
})

describe('clients that change one person with entity tags', () => {
  it('lose nothing of each other, whatever they change and however they meet (RFC 9110 §13.1.1)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 4 }),
        async (clients) => {
          const userID = await madePerson(tenant, pool, `raced.${management.needs.random.uuid()}`)
          // Each client writes names of its own, so that every write must still be there at the end.
          const own = clients.map((changes, client) => changes.map((one) => ({ ...one, name: `${one.name}${client}` })))
          await Promise.all(
            own.map(async (changes) => {
              for (const one of changes) await apply(userID, one)
            }),
          )
          const { body } = await tenant.call(systemGetUser, { params: { ipID: pool, userID } })
          for (const field of ['metadata', 'payload'] as const) {
            const last = own.flat().filter((one) => one.field === field)
            expect(body[field]).toMatchObject(Object.fromEntries(last.map(({ name, value }) => [name, value])))
          }
        },
      ),
      { numRuns: 15 },
    )
  }, 60_000)
})
