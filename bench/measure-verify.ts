import { createLocalJWKSet, jwtVerify } from 'jose'
import type { JSONWebKeySet } from 'jose'
import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto'
import { atBest } from './floors.ts'
import { jsonOf, send } from './http.ts'
import type { Door } from './http.ts'
import { installation } from './installation.ts'
import type { Figure } from './report.ts'

/** M7: what an application spends on one of our access tokens when it has the key set: no journey to us. */
export async function measureVerify(door: Door, token: string, seconds: number): Promise<readonly Figure[]> {
  const answer = await send(door, { method: 'GET', path: `${installation.systemPath}/.well-known/jwks.json` })
  const keySet = createLocalJWKSet(jsonOf(answer, 200) as unknown as JSONWebKeySet)
  const options = {
    issuer: `${installation.origin}${installation.systemPath}`,
    audience: installation.managementAudience,
    typ: 'at+jwt',
    algorithms: ['ES256'],
  }
  const measured = await atBest(seconds, 1, () => jwtVerify(token, keySet, options))
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const claims = randomBytes(500)
  const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
  const signature = sign('sha256', claims, { key: privateKey, dsaEncoding: 'ieee-p1363' })
  const native = await atBest(seconds, 1, async () => {
    if (!verify('sha256', claims, key, signature)) throw new Error('a right signature was refused')
  })
  return [
    {
      name: 'M7 access token verified locally, p50',
      value: measured.p50Milliseconds * 1000,
      unit: 'µs',
      floor: native.p50Milliseconds * 1000,
      goal: 80,
      conditions: 'jose with our key set in memory, every claim checked; floor: the native signature check alone',
    },
  ]
}
