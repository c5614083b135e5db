import { describe, expect, it } from 'vitest'
import { shardIds } from '../legacy/billers.ts'
import { portalPaths, provisionFile } from './provision.ts'
import { addressesOf, readPorts } from './settings.ts'

const addresses = addressesOf(readPorts('5000'))
const secrets = { portal: 'p'.repeat(43), setup: 's'.repeat(43), office: 'o'.repeat(43), crm: 'c'.repeat(43) }
const file = provisionFile(addresses, secrets)

describe('the provision file of the demo', () => {
  it('is plain JSON: nothing is lost on the way to the server', () => {
    expect(JSON.parse(JSON.stringify(file))).toEqual(file)
  })

  it('names things only by ids that can stand in an address', () => {
    const ids = [file.tenant, ...file.workspaces, ...file.billers].map((thing) => thing.id)
    expect(ids.filter((id) => !/^[a-z0-9][a-z0-9-]{0,62}$/.test(id))).toEqual([])
    expect(new Set(file.billers.map((biller) => biller.id)).size).toBe(24)
    expect(new Set(file.billers.map((biller) => biller.guid)).size).toBe(24)
  })

  it('puts every biller, client and resource into a workspace that it makes', () => {
    const workspaces = new Set(file.workspaces.map((workspace) => workspace.id))
    const used = [...file.billers, ...file.clients, ...file.resources].map((thing) => thing.workspace)
    expect(used.filter((id) => !workspaces.has(id))).toEqual([])
  })

  it('gives every biller a legacy store that exists, a colour and a way to ask for help', () => {
    for (const biller of file.billers) {
      expect(shardIds).toContain(biller.legacyStore)
      expect(biller.brand.colour).toMatch(/^#[0-9a-f]{6}$/i)
      expect(biller.brand.helpEmail).toMatch(/\.example$/)
    }
  })

  it('lets the portal come back to itself and nowhere else', () => {
    const portal = file.clients.filter((client) => 'isPortal' in client)
    expect(portal).toMatchObject([
      {
        redirectUris: [`http://portal.localhost:5100${portalPaths.callback}`],
        postLogoutRedirectUris: [`http://portal.localhost:5100${portalPaths.signedOut}`],
        initiateLoginUri: `http://portal.localhost:5100${portalPaths.initiateLogin}`,
        backchannelLogoutUri: `http://portal.localhost:5100${portalPaths.sessionEnded}`,
      },
    ])
  })

  it('gives each client its own secret, and the office no right to change anything but what naming people needs', () => {
    expect(new Set(file.clients.map((client) => client.secret)).size).toBe(file.clients.length)
    const office = file.clients.find((client) => client.id === 'demo-office')
    expect(office?.scopes).not.toContain('manage_configuration')
    expect(new Set(file.resources.flatMap((resource) => resource.scopes)).isSupersetOf(new Set(office?.scopes))).toBe(
      true,
    )
  })
})
