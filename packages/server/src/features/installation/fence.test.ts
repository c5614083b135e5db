import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { operatorId } from '../../surfaces/command/index.ts'
import { openServer } from '../../testing/open-server.ts'
import type { TestServer } from '../../testing/open-server.ts'

let house: TestServer
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-fence-'))
  house = await openServer({ environment: { GATEHOUSE_DATA: folder } })
})
afterAll(async () => {
  await house.close()
  await rm(folder, { recursive: true, force: true })
})

it('a fence is in the audit of every workspace, once for each time it was typed', async () => {
  expect(await house.type('fence')).toMatchObject({ code: 0 })
  const events = await house.db.reader
    .selectFrom('audit_events')
    .select(['workspace_id', 'subject', 'action', 'client_id', 'user_agent'])
    .where('reason', '=', 'installation.fenced')
    .orderBy('workspace_id')
    .execute()
  const said = { subject: 'server', action: 'updated', client_id: operatorId, user_agent: 'gatehouse fence' }
  expect(events).toStrictEqual([
    { workspace_id: 'portal', ...said },
    { workspace_id: 'system', ...said },
  ])
})
