import type { Pool } from '../pools/index.ts'

/** What somebody who knows the person would try first: names, identifiers, addresses, the pool's name. */
export function contextWords(
  pool: Pool,
  payload: Readonly<Record<string, unknown>>,
  typed: readonly string[],
): string[] {
  const names = ['name', 'given_name', 'family_name', 'nickname', 'preferred_username'].map((claim) => payload[claim])
  return [...names, pool.name, ...typed].filter((word) => typeof word === 'string')
}
