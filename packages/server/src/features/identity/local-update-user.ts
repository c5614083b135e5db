import { isDeepStrictEqual } from 'node:util'
import { Problem } from '../../problem/index.ts'
import { recordEvents } from '../audit/index.ts'
import { endAllSessions } from '../sessions/index.ts'
import { assertMeetsSchemas } from '../schemas/index.ts'
import { updateUser } from '../users/index.ts'
import type { User } from '../users/index.ts'
import type { IdentityBackend, UserInput } from './identity-backend.ts'
import { heldChanges, withSchemas } from './held-data.ts'
import type { LocalNeeds } from './local-needs.ts'
import { aboutUser, detailsOf, endedByClient, lockedUser, requireExpected } from './read-local.ts'

type Needs = Pick<LocalNeeds, 'announceLogout' | 'clock' | 'random' | 'transact'>

/** Whoever may not sign in any more is signed out everywhere, in the same transaction. */
export const localUpdateUser =
  (needs: Needs): IdentityBackend['updateUser'] =>
  (caller, poolId, id, input, expected) =>
    needs.transact(async (tx) => {
      const { pool, user: before } = await lockedUser(tx, caller, poolId, id)
      requireExpected(expected, before.revision)
      const after = changed(before, input, needs.clock.now())
      await assertMeetsSchemas(tx, after.tenantId, heldChanges(input, after))
      const fields = changedFields(before, after)
      if (fields.length > 0) {
        if (!(await updateUser(tx, after))) throw new Problem('request.conflict')
        if (after.status !== before.status && after.status !== 'active') {
          await endAllSessions(tx, needs, endedByClient(after, caller))
        }
        const payload = { id: after.userId, status: after.status, changed: fields }
        await recordEvents(tx, needs, caller.facts, [
          { ...aboutUser(pool, after), subject: 'user', action: 'updated', payload },
        ])
      }
      return detailsOf(tx, fields.length === 0 ? before : { ...after, revision: before.revision + 1 })
    })

function changed(before: User, input: UserInput, now: Date): User {
  const status = input.status ?? before.status
  const isNewStatus = status !== before.status
  return {
    ...before,
    status,
    payload: input.payload ?? before.payload,
    metadata: input.metadata ?? before.metadata,
    businessMetadata: input.businessMetadata ?? before.businessMetadata,
    schemaIds: withSchemas(input.schemaIds, before.schemaIds),
    updatedAt: now,
    statusUpdatedAt: isNewStatus ? now : before.statusUpdatedAt,
  }
}

const changedFields = (before: User, after: User): string[] =>
  (['status', 'payload', 'metadata', 'businessMetadata', 'schemaIds'] as const).filter(
    (field) => !isDeepStrictEqual(before[field], after[field]),
  )
