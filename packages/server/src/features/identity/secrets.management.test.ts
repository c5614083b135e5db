import {
  createSecret,
  deleteSecret,
  listAuditEvents,
  listSecrets,
  systemDeleteAuthorizationServer,
  updateSecret,
} from '@gatehouse/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWorkspaceSecret } from '../secrets/index.ts'
import { openManagement } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'

let management: Management
let ours: Awaited<ReturnType<Management['tenant']>>
let theirs: Awaited<ReturnType<Management['tenant']>>

beforeAll(async () => {
  management = await openManagement()
  ours = await management.tenant('ours')
  theirs = await management.tenant('theirs')
})
afterAll(() => management.close())

const value = 'a value that nobody sees again'
const input = (id: string, more: object = {}) => ({
  id,
  tenant_id: 'ours',
  server_id: 'portal',
  secret: value,
  ...more,
})
const made = (id: string, more: object = {}) =>
  ours.call(createSecret, { params: { wid: 'portal' }, body: input(id, more) })
const idsIn = async (wid: string, tenant = ours) =>
  (await tenant.call(listSecrets, { params: { wid } })).body.secrets.map((secret) => secret.id)
const opened = (id: string) =>
  openWorkspaceSecret(management.db.reader, management.needs.vault, {
    tenantId: 'ours',
    workspaceId: 'portal',
    secretId: id,
  })

describe('a secret of a workspace', () => {
  it('is kept sealed, and is in no answer, event or log line afterwards', async () => {
    const answers = [
      await made('api-key', { value }),
      await ours.call(listSecrets, { params: { wid: 'portal' } }),
      await ours.call(updateSecret, { params: { wid: 'portal', sid: 'api-key' }, body: input('api-key') }),
      await ours.call(listAuditEvents, { params: { wid: 'portal' }, query: { event_subject: 'server' } }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 201, 200])
    expect(answers[3]?.body).toMatchObject({
      audit_events: [
        { context: { reason: 'workspace_secret.replaced' }, payload: { server_updated: { secret_id: 'api-key' } } },
        { context: { reason: 'workspace_secret.created' } },
      ],
    })
    expect(JSON.stringify([answers.map(({ body }) => body), management.lines])).not.toContain(value)
    const [row] = await management.db.reader.selectFrom('workspace_secrets').selectAll().execute()
    expect(Buffer.from(row?.sealed_value ?? []).toString('latin1')).not.toContain(value)
    expect(await opened('api-key')).toBe(value)
  })

  it('does not open under another name or in another workspace', async () => {
    await made('moved')
    await management.db.transaction((tx) =>
      tx.updateTable('workspace_secrets').set({ secret_id: 'elsewhere' }).where('secret_id', '=', 'moved').execute(),
    )
    await expect(opened('elsewhere')).rejects.toThrow(/sealed|open|authenticate|changed/)
    await ours.call(deleteSecret, { params: { wid: 'portal', sid: 'elsewhere' } })
  })

  it('is made once, replaced over the revision that was read, and taken away', async () => {
    const first = await made('once')
    expect([first.status, first.headers['etag']]).toEqual([201, '"1"'])
    expect((await made('once')).status).toBe(409)
    const at = { params: { wid: 'portal', sid: 'once' } }
    const change = (etag: string) =>
      ours.call(updateSecret, { ...at, body: input('once', { secret: etag }), headers: { 'if-match': etag } })
    expect((await change('"1"')).headers['etag']).toBe('"2"')
    expect((await change('"1"')).status).toBe(412)
    expect(await opened('once')).toBe('"1"')
    expect((await ours.call(deleteSecret, { ...at, headers: { 'if-match': '"1"' } })).status).toBe(412)
    expect((await ours.call(deleteSecret, at)).status).toBe(204)
    expect((await ours.call(deleteSecret, at)).status).toBe(404)
    expect(await idsIn('portal')).not.toContain('once')
  })

  it('belongs to its workspace and tenant alone', async () => {
    await made('own')
    expect(await idsIn('admin')).toEqual([])
    expect(await idsIn('portal', theirs)).toEqual([])
    expect(await idsIn('nowhere')).toEqual([])
    const foreign = { params: { wid: 'portal', sid: 'own' } }
    expect((await theirs.call(deleteSecret, foreign)).status).toBe(404)
    const body = input('own', { tenant_id: 'theirs' })
    expect((await theirs.call(updateSecret, { ...foreign, body })).status).toBe(404)
    expect((await ours.call(createSecret, { params: { wid: 'nowhere' }, body: input('x') })).status).toBe(404)
    expect(await opened('own')).toBe(value)
  })

  it.each([
    ['another tenant in the body', { tenant_id: 'theirs' }, 422],
    ['another workspace in the body', { server_id: 'admin' }, 422],
    ['two values', { value: 'another' }, 422],
    ['no value', { secret: '' }, 400],
    ['a value beyond the limit', { secret: 'x'.repeat(16_385) }, 400],
    ['an id that needs escaping', { id: 'a/b' }, 400],
    ['an unknown field', { owner: 'me' }, 400],
    ['another type', { secret: 7 }, 400],
  ])('is not made of %s', async (_, more, status) => {
    const before = await idsIn('portal')
    expect((await made('refused', more)).status).toBe(status)
    expect(await idsIn('portal')).toEqual(before)
  })

  it('keeps its workspace from being deleted (D-06)', async () => {
    await ours.call(createSecret, { params: { wid: 'admin' }, body: input('stays', { server_id: 'admin' }) })
    const remove = () => ours.call(systemDeleteAuthorizationServer, { params: { wid: 'admin' } })
    expect(await remove()).toMatchObject({ status: 409, body: { error_code: 'workspace.not_empty' } })
    await ours.call(deleteSecret, { params: { wid: 'admin', sid: 'stays' } })
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 404])
  })
})
