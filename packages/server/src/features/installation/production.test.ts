import { describe, expect, it } from 'vitest'
import { allowances, productionFaults } from './production.ts'

const right = { databaseUrl: 'postgres://db/gatehouse', isSecure: true, vaultSecret: 'kW8vq0Zt3mPxYr5uLn7sBd2f' }
const flagsOf = (...given: Parameters<typeof productionFaults>): string[] =>
  productionFaults(...given).map(({ flag }) => flag)

describe('a configuration for production', () => {
  it('with its own database, TLS and a secret of its own has nothing to be allowed', () => {
    expect(productionFaults(right, false)).toStrictEqual([])
  })

  it.each([
    ['the embedded database', { ...right, databaseUrl: undefined }, false, ['allow-embedded-database']],
    ['an http issuer', { ...right, isSecure: false }, false, ['allow-http']],
    ['no vault secret', { ...right, vaultSecret: undefined }, false, ['allow-generated-vault-secret']],
    [
      'a secret of few characters',
      { ...right, vaultSecret: 'aaaaaaaaaaaaaaaaaaaa' },
      false,
      ['allow-weak-vault-secret'],
    ],
    ['a secret from an example', { ...right, vaultSecret: 'change-me-please-1!' }, false, ['allow-weak-vault-secret']],
    ['the demo', right, true, ['allow-demo-data']],
    [
      'all that a development start has',
      { databaseUrl: undefined, isSecure: false, vaultSecret: undefined },
      true,
      ['allow-embedded-database', 'allow-http', 'allow-generated-vault-secret', 'allow-demo-data'],
    ],
  ])('is refused with %s, each by its own name (DO09)', (_what, config, isDemo, flags) => {
    expect(flagsOf(config, isDemo)).toStrictEqual(flags)
    for (const flag of flags) expect(Object.keys(allowances)).toContain(flag)
  })

  it('says nothing of the secret', () => {
    const [fault] = productionFaults({ ...right, vaultSecret: 'password-hunter2-x' }, false)
    expect(fault?.line).not.toContain('hunter2')
  })
})
