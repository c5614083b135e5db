import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTcp } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGuardedFetch, FetchFailed, isPublicAddress } from './index.ts'
import type { Resolve } from './index.ts'

let visits: string[] = []
const inside = createServer((request, response) => {
  visits.push(`${request.method} ${request.url} ${request.headers.host}`)
  switch (request.url) {
    case '/redirect':
      response.writeHead(302, { location: '/secret' }).end()
      return
    case '/endless': {
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(16 * 1024))) continue
        if (!response.destroyed) response.once('drain', pour)
      }
      pour()
      return
    }
    case '/drip':
      response.writeHead(200).write('x')
      return
    case '/whole':
      response.end('x'.repeat(64 * 1024))
      return
    default:
      request.pipe(response)
  }
})
/** Answers nothing, and says whether anybody came. */
let knocks = 0
const silent = createTcp((socket) => {
  knocks += 1
  socket.destroy()
})
let port = 0
let silentPort = 0

beforeAll(async () => {
  await new Promise<void>((listening) => inside.listen(0, '127.0.0.1', listening))
  await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening))
  port = (inside.address() as AddressInfo).port
  silentPort = (silent.address() as AddressInfo).port
})
afterAll(() => {
  inside.close()
  inside.closeAllConnections()
  silent.close()
})

const get = { method: 'GET' } as const
const to =
  (...addresses: readonly string[]): Resolve =>
  (_host, done) => {
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }

describe('an address that somebody else has set', () => {
  it('is not asked where it is not of the public internet, in any spelling (WH01)', async () => {
    const fetch = createGuardedFetch({ allowedHosts: [] })
    visits = []
    knocks = 0
    for (const host of [
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '017700000001',
      '0.0.0.0',
      '[::1]',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[64:ff9b::7f00:1]',
      '[fd00::1]',
      '[fe80::1]',
      '10.0.0.1',
      '172.16.0.1',
      '192.168.1.1',
      '100.64.0.1',
      '169.254.169.254',
      'localhost',
      'localhost.',
      'a.localhost',
    ]) {
      for (const place of [`https://${host}:${port}/secret`, `https://${host}:${silentPort}/`]) {
        await expect(fetch(place, get), place).rejects.toThrow('the address could not be asked')
      }
    }
    expect([visits, knocks]).toStrictEqual([[], 0])
  })

  it('is judged after its name was resolved, all of its addresses, those of the cloud included (WH01)', async () => {
    for (const addresses of [
      ['127.0.0.1'],
      ['::1'],
      ['169.254.169.254'],
      ['93.184.215.14', '127.0.0.1'],
      ['::ffff:127.0.0.1'],
      [],
    ]) {
      const fetch = createGuardedFetch({ allowedHosts: [], resolve: to(...addresses) })
      visits = []
      knocks = 0
      await expect(fetch(`https://innocent.example:${silentPort}/`, get)).rejects.toBeInstanceOf(FetchFailed)
      expect([addresses, visits, knocks]).toStrictEqual([addresses, [], 0])
    }
  })

  it('is connected to at the address that was judged: its name is resolved once (WH02)', async () => {
    let asked = 0
    const rebinding: Resolve = (_host, done) => {
      asked += 1
      // Public for whoever checks first; of this machine for whoever asks again to connect.
      const address = asked === 1 ? '203.0.113.7' : '127.0.0.1'
      done(null, [{ address, family: 4 }])
    }
    knocks = 0
    const fetch = createGuardedFetch({ allowedHosts: [], resolve: rebinding })
    await expect(fetch(`https://rebinding.example:${silentPort}/`, get)).rejects.toBeInstanceOf(FetchFailed)
    expect([asked, knocks]).toStrictEqual([1, 0])
  })

  it('is asked by https only, and not with a name and password', async () => {
    const fetch = createGuardedFetch({ allowedHosts: [], resolve: to('93.184.215.14') })
    for (const url of [
      'http://public.example/',
      'ftp://public.example/',
      'file:///etc/passwd',
      'https://user:password@public.example/',
      'nonsense',
      '//public.example',
    ]) {
      await expect(fetch(url, get), url).rejects.toThrow('the address could not be asked')
    }
  })

  it('fails in the same words whatever went wrong, so that ports cannot be told apart (WH02)', async () => {
    const fetch = createGuardedFetch({ allowedHosts: [`127.0.0.1:${silentPort}`] })
    const failures = await Promise.all(
      [`https://127.0.0.1:${silentPort}/`, `https://127.0.0.1:${port}/`, 'https://[::1]/', 'nonsense'].map((url) =>
        fetch(url, get).then(() => 'answered', String),
      ),
    )
    expect(new Set(failures)).toStrictEqual(new Set(['FetchFailed: the address could not be asked']))
  })
})

describe('a host and port that the configuration names', () => {
  it('is asked, by http too; the same host at another port is not', async () => {
    const fetch = createGuardedFetch({ allowedHosts: [`127.0.0.1:${port}`] })
    const answer = await fetch(`http://127.0.0.1:${port}/echo`, { method: 'POST', body: 'größe' })
    expect([answer.status, answer.body]).toStrictEqual([200, 'größe'])
    await expect(fetch(`http://127.0.0.1:${silentPort}/`, get)).rejects.toBeInstanceOf(FetchFailed)
    await expect(fetch(`http://localhost:${port}/`, get)).rejects.toBeInstanceOf(FetchFailed)
  })

  it('may have a name under localhost, which is this machine (RFC 6761 §6.3)', async () => {
    const fetch = createGuardedFetch({ allowedHosts: [`portal.localhost:${port}`] })
    visits = []
    expect((await fetch(`http://portal.localhost:${port}/whole`, get)).status).toBe(200)
    expect(visits).toStrictEqual([`GET /whole portal.localhost:${port}`])
  })

  it('leads nowhere else: a redirect is an answer and is not followed (WH02)', async () => {
    const fetch = createGuardedFetch({ allowedHosts: [`127.0.0.1:${port}`] })
    visits = []
    const answer = await fetch(`http://127.0.0.1:${port}/redirect`, get)
    expect(answer.status).toBe(302)
    expect(visits).toHaveLength(1)
  })

  it('gets ten seconds and 64 kB, and no more (WH05)', async () => {
    const settings = { allowedHosts: [`127.0.0.1:${port}`], milliseconds: 300 }
    const fetch = createGuardedFetch(settings)
    expect((await fetch(`http://127.0.0.1:${port}/whole`, get)).body).toHaveLength(64 * 1024)
    await expect(fetch(`http://127.0.0.1:${port}/drip`, get)).rejects.toBeInstanceOf(FetchFailed)
    await expect(
      createGuardedFetch({ allowedHosts: settings.allowedHosts })(`http://127.0.0.1:${port}/endless`, get),
    ).rejects.toBeInstanceOf(FetchFailed)
  })
})

describe('public addresses', () => {
  it('are told from those that are not', () => {
    for (const address of ['8.8.8.8', '93.184.215.14', '2606:4700:4700::1111', '2a00:1450:4001::1']) {
      expect([address, isPublicAddress(address)]).toStrictEqual([address, true])
    }
    for (const address of [
      '198.18.0.1',
      '203.0.113.7',
      '224.0.0.1',
      '255.255.255.255',
      '2001:db8::1',
      '2002:7f00:1::',
      'ff02::1',
      '::7f00:1',
      '',
    ]) {
      expect([address, isPublicAddress(address)]).toStrictEqual([address, false])
    }
  })
})
