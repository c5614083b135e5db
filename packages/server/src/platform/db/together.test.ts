import type { ConnectionProvider, DatabaseConnection } from 'kysely'
import { describe, expect, it } from 'vitest'
import { together } from './together.ts'

/** Numbers its connections and tells when each was let go. */
function numbering() {
  const freed: number[] = []
  let last = 0
  const provider: ConnectionProvider = {
    async provideConnection(consumer) {
      last += 1
      const number = last
      try {
        return await consumer({ number } as unknown as DatabaseConnection)
      } finally {
        freed.push(number)
      }
    },
  }
  return { provider, freed }
}

const numberOf = async (connection: unknown): Promise<number> => (connection as { number: number }).number

describe('reads that are asked for together', () => {
  it('share a connection, and those of the next turn get another', async () => {
    const { provider } = numbering()
    const shared = together(provider)
    const first = [shared.provideConnection(numberOf), shared.provideConnection(numberOf)]
    await new Promise(process.nextTick)
    expect([...(await Promise.all(first)), await shared.provideConnection(numberOf)]).toStrictEqual([1, 1, 2])
  })

  it('let it go when the last of them is done, also when one fails', async () => {
    const { provider, freed } = numbering()
    const shared = together(provider)
    const held = Promise.withResolvers<number>()
    const failing = shared.provideConnection(() => Promise.reject(new Error('bad statement')))
    const slow = shared.provideConnection(() => held.promise)
    await expect(failing).rejects.toThrow('bad statement')
    expect(freed).toStrictEqual([])
    held.resolve(7)
    expect(await slow).toBe(7)
    await new Promise(setImmediate)
    expect(freed).toStrictEqual([1])
  })

  it('all hear it when there is no connection', async () => {
    const shared = together({ provideConnection: () => Promise.reject(new Error('nobody there')) })
    const asked = [shared.provideConnection(numberOf), shared.provideConnection(numberOf)]
    const heard = await Promise.allSettled(asked)
    expect(heard.map(({ status }) => status)).toStrictEqual(['rejected', 'rejected'])
  })

  it('that are done at once do not lend what was let go', async () => {
    const { provider } = numbering()
    const shared = together(provider)
    const first = await shared.provideConnection(numberOf)
    expect([first, await shared.provideConnection(numberOf)]).toStrictEqual([1, 2])
  })
})
