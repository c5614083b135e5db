import { importUsers as row } from '@gatehouse/contract'
import type { ImportVerdict } from '@gatehouse/contract'
import type { MountLines } from '../../surfaces/management/index.ts'
import { poolId } from '../pools/index.ts'
import { importUsers } from './import-users.ts'
import type { Verdict } from './import-users.ts'
import type { ImportNeeds } from './local-needs.ts'

// Divergence D-75
export function mountImports(mount: MountLines, { people }: { readonly people: ImportNeeds }): void {
  mount(row, async function* ({ caller, params, query, key, lines }) {
    const input = { key, offset: query.offset ?? 0, lines }
    for await (const verdicts of importUsers(people, caller, poolId(params.ipID), input))
      yield verdicts.map(shownVerdict)
  })
}

function shownVerdict({ line, userId, refusal, isDoneBefore }: Verdict): ImportVerdict {
  const doneBefore = isDoneBefore ? ({ done_before: true } as const) : {}
  if (!refusal) return { line: line + 1, status: 'created', ...(userId && { id: userId }), ...doneBefore }
  const { reason, detail, sameAs } = refusal
  return {
    line: line + 1,
    status: 'refused',
    reason,
    ...(detail !== undefined && { detail }),
    ...(sameAs !== undefined && { same_as_line: sameAs + 1 }),
    ...doneBefore,
  }
}
