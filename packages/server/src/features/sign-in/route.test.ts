import { describe, expect, it } from 'vitest'
import type { Mode } from '../billers/index.ts'
import type { Door, Route } from './flow.ts'
import { route } from './route.ts'

const modes: readonly (Mode | 'none')[] = ['none', 'legacy', 'concurrent', 'new']
const doors: readonly Door[] = ['bare', 'custom']

/** Where a password is proved, by mode and door: for somebody in the pool only, in the legacy store only, in both. */
const table: Readonly<Record<string, { readonly pool: Route; readonly legacy: Route; readonly both: Route }>> = {
  'none bare': { pool: 'pool', legacy: 'unknown', both: 'pool' },
  'none custom': { pool: 'pool', legacy: 'unknown', both: 'pool' },
  'legacy bare': { pool: 'pool', legacy: 'legacy', both: 'legacy' },
  'legacy custom': { pool: 'pool', legacy: 'legacy', both: 'legacy' },
  'concurrent bare': { pool: 'pool', legacy: 'legacy', both: 'legacy' },
  'concurrent custom': { pool: 'pool', legacy: 'legacy', both: 'pool' },
  'new bare': { pool: 'pool', legacy: 'unknown', both: 'pool' },
  'new custom': { pool: 'pool', legacy: 'unknown', both: 'pool' },
}

describe.each(modes.flatMap((mode) => doors.map((door) => ({ mode, door }))))(
  'mode $mode, door $door',
  ({ mode, door }) => {
    const decide = (hasPoolUser: boolean, hasLegacyUser: boolean): Route =>
      route({ door, biller: mode === 'none' ? undefined : { mode }, hasPoolUser, hasLegacyUser })

    it('leads to the one place that proves the person', () => {
      expect({ pool: decide(true, false), legacy: decide(false, true), both: decide(true, true) }).toStrictEqual(
        table[`${mode} ${door}`],
      )
    })

    it('leads nowhere for a name that nobody has', () => {
      expect(decide(false, false)).toBe('unknown')
    })
  },
)

describe('whatever is known', () => {
  it('nobody is proved where they are not', () => {
    for (const mode of modes) {
      for (const door of doors) {
        const biller = mode === 'none' ? undefined : { mode }
        expect(route({ door, biller, hasPoolUser: false, hasLegacyUser: true })).not.toBe('pool')
        expect(route({ door, biller, hasPoolUser: true, hasLegacyUser: false })).not.toBe('legacy')
      }
    }
  })
})
