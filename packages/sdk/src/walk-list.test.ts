import { describe, expect, it } from 'vitest'
import { json, scriptedWorld } from './platform/testing/scripted-world.ts'
import type { Script } from './platform/testing/scripted-world.ts'
import { secureAuthIn } from './secure-auth.ts'

const opened = (script: Script) => {
  const scripted = scriptedWorld(script)
  const credentials = { token: () => 'token' }
  return {
    ...scripted,
    api: secureAuthIn(scripted.world, { baseUrl: 'https://id.example', tenant: 'acme', credentials }),
  }
}
const all = Array.from({ length: 7 }, (_, number) => ({ id: `p${number}` }))

describe('walking through a list', () => {
  it('gives every item once, page after page, whatever the size of a page', async () => {
    const { api, calls } = opened((request) => {
      const after = new URL(request.url).searchParams.get('after_pool_id')
      const from = all.findIndex(({ id }) => id === after) + 1
      return json(200, { pools: all.slice(from, from + 3) })
    })
    const seen: string[] = []
    for await (const { id } of api.identity.systemListPools.each({ search_phrase: 'x' })) seen.push(id)
    expect(seen).toStrictEqual(all.map(({ id }) => id))
    expect(calls.map(({ url }) => new URL(url).search)).toStrictEqual([
      '?search_phrase=x&limit=100',
      '?search_phrase=x&after_pool_id=p2&limit=100',
      '?search_phrase=x&after_pool_id=p5&limit=100',
      '?search_phrase=x&after_pool_id=p6&limit=100',
    ])
  })

  it('asks for no page before the one before is read out, and for none after whoever reads has gone', async () => {
    const { api, calls } = opened(() => json(200, { pools: all }))
    for await (const pool of api.identity.systemListPools.each()) {
      if (pool.id === 'p6') break
      expect(calls).toHaveLength(1)
    }
    expect(calls).toHaveLength(1)
  })

  it('ends with an error where a server gives the same page for ever', async () => {
    const { api, calls } = opened(() => json(200, { pools: all }))
    const walk = async () => {
      for await (const pool of api.identity.systemListPools.each()) expect(pool.id).toBeDefined()
    }
    await expect(walk()).rejects.toMatchObject({ code: 'sdk.list_stands_still' })
    expect(calls).toHaveLength(2)
  })

  it.each([{}, { pools: 5 }, null, [], { pools: [{}] }, { pools: ['p'] }])(
    'ends with an error where the answer is %j',
    async (answer) => {
      const { api } = opened(() => json(200, answer))
      const walk = async () => {
        for await (const pool of api.identity.systemListPools.each()) expect(pool).toBeDefined()
      }
      await expect(walk()).rejects.toMatchObject({ code: 'sdk.unreadable_answer' })
    },
  )
})
