import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  costOf,
  format,
  fromColumns,
  make,
  needsRehash,
  parse,
  provesWholePassword,
  recipeOf,
  toColumns,
  verify,
} from './index.ts'
import type { Recipe } from './index.ts'

const digestTable = {
  format: 'salted-digest',
  digest: 'md5',
  saltPosition: 'last',
  hashText: 'hex-upper',
  saltText: 'utf8',
} as const

/** Every format, with costs that keep the tests short. */
const recipes: readonly Recipe[] = [
  { format: 'argon2id', memoryKiB: 64, passes: 1 },
  { format: 'argon2i', memoryKiB: 64, passes: 3, lanes: 2 },
  { format: 'bcrypt', cost: 4 },
  { format: 'bcrypt', cost: 4, version: '2y' },
  { format: 'scrypt', log2N: 4, blockSize: 4 },
  { format: 'pbkdf2', iterations: 10 },
  { format: 'pbkdf2', digest: 'sha1', iterations: 10 },
  { format: 'aspnet-identity', version: 2 },
  { format: 'aspnet-identity', iterations: 10 },
  { format: 'aspnet-membership' },
  { format: 'aspnet-membership', digest: 'hmacsha256' },
  digestTable,
  { ...digestTable, digest: 'sha512', saltPosition: 'first', hashText: 'base64', saltText: 'base64' },
  { format: 'unsalted-digest', digest: 'sha384', hashText: 'hex-upper' },
  { format: 'ldap-digest' },
  { format: 'ldap-digest', digest: 'md5', isSalted: false },
  { format: 'ldap-digest', digest: 'sha512' },
  { format: 'hmac', digest: 'sha256', key: 'salt', hashText: 'hex', saltText: 'utf8' },
  { format: 'hmac', digest: 'sha512', key: 'password', hashText: 'base64', saltText: 'hex' },
  { format: 'pwdencrypt' },
  { format: 'pwdencrypt', version: 1, halves: 'both' },
  { format: 'pwdencrypt', version: 1, halves: 'exact' },
  { format: 'phpass', log2Rounds: 7 },
  { format: 'phpass', letter: 'H', log2Rounds: 8 },
  { format: 'drupal7', log2Rounds: 7 },
  { format: 'drupal7', isOverMd5: true, log2Rounds: 7 },
  { format: 'md5-crypt' },
  { format: 'md5-crypt', isApache: true },
  { format: 'sha256-crypt', rounds: 1000 },
  { format: 'sha512-crypt' },
  {
    format: 'firebase-scrypt',
    log2N: 4,
    saltSeparator: Buffer.from('Bw==', 'base64'),
    signerKey: Buffer.alloc(64, 'a key of the project'),
  },
]

/** Systems that use these refuse longer passwords themselves. */
const longest: Partial<Record<Recipe['format'], number>> = {
  drupal7: 512,
  'md5-crypt': 512,
  'sha256-crypt': 512,
  'sha512-crypt': 512,
  phpass: 4096,
}

describe.each(recipes)('a hash made as $format', (recipe) => {
  it('is accepted with its password and with no other', async () => {
    const stored = await make(recipe, 'Ünïcode 密码 🔑', randomBytes)
    expect(await verify('Ünïcode 密码 🔑', stored)).toBe(true)
    expect(await verify('Ünïcode 密码 🔒', stored)).toBe(false)
    expect(await verify('', stored)).toBe(false)
  })

  it('has a salt of its own, unless it has none', async () => {
    const stored = await make(recipe, 'same', randomBytes)
    const hasSalt = (parse(stored)?.salt.length ?? 0) > 0
    expect((await make(recipe, 'same', randomBytes)) !== stored).toBe(hasSalt)
    expect(hasSalt).toBe(recipe.format !== 'unsalted-digest' && !('isSalted' in recipe))
  })

  it('is read back and written the same', async () => {
    const stored = await make(recipe, 'p', randomBytes)
    const read = parse(stored)
    expect(read?.format).toBe(recipe.format)
    expect(read && format(read)).toBe(stored)
  })

  it('goes into the columns of a legacy table and comes back unchanged', async () => {
    const stored = await make(recipe, 'p', randomBytes)
    const columns = toColumns(stored)
    expect(columns).toBeDefined()
    expect(columns && fromColumns(columns)).toBe(stored)
  })

  it('gives a recipe that writes another just like it', async () => {
    const stored = await make(recipe, 'p', randomBytes)
    const like = recipeOf(stored)
    expect(like).toMatchObject(recipe)
    expect(like && needsRehash(await make(like, 'q', randomBytes), recipe)).toBe(false)
  })

  it('needs no rehash for its own recipe, and needs one for the standard recipe', async () => {
    const stored = await make(recipe, 'p', randomBytes)
    expect(needsRehash(stored, recipe)).toBe(false)
    expect(needsRehash(stored, { format: 'argon2id' })).toBe(true)
  })
})

describe('the columns of a legacy table', () => {
  it('keep letter case and text salt of the table', async () => {
    const bytes = createHash('md5').update('secretpepper+').digest('hex').toUpperCase()
    const stored = fromColumns({ format: 'salted-md5-last/hex-upper', hash: bytes, salt: 'pepper+' })
    expect(stored && toColumns(stored)).toMatchObject({ hash: bytes, salt: 'pepper+' })
  })
})

describe('the default recipes', () => {
  it('write what the field recommends', async () => {
    const zeros = (length: number) => Buffer.alloc(length)
    expect(await make({ format: 'argon2id' }, 'p', zeros)).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await make({ format: 'bcrypt' }, 'p', zeros)).toMatch(/^\$2b\$12\$/)
    expect(await make({ format: 'scrypt' }, 'p', zeros)).toMatch(/^\$scrypt\$ln=17,r=8,p=1\$/)
    expect(await make({ format: 'pbkdf2' }, 'p', zeros)).toMatch(/^\$pbkdf2-sha256\$i=600000,l=32\$/)
    expect(parse(await make({ format: 'aspnet-identity' }, 'p', zeros))).toMatchObject({
      version: 3,
      digest: 'sha512',
      iterations: 100_000,
    })
  })

  it('are refused beyond our limits instead of writing what we would not read', async () => {
    await expect(make({ format: 'bcrypt', cost: 16 }, 'p', randomBytes)).rejects.toThrow(RangeError)
    await expect(make({ format: 'argon2id', memoryKiB: 2 ** 21 }, 'p', randomBytes)).rejects.toThrow(RangeError)
    await expect(make({ format: 'pbkdf2', digest: 'shake128' }, 'p', randomBytes)).rejects.toThrow(RangeError)
  })
})

describe('long and odd passwords (PW01)', () => {
  const bytes72 = 'ä'.repeat(36)

  it('PW01: bcrypt is not made for more than 72 bytes unless the recipe says truncate', async () => {
    await expect(make({ format: 'bcrypt', cost: 4 }, `${bytes72}!`, randomBytes)).rejects.toThrow('72 bytes')
    expect(await make({ format: 'bcrypt', cost: 4 }, bytes72, randomBytes)).toMatch(/^\$2b/)
    const stored = await make({ format: 'bcrypt', cost: 4, longPasswords: 'truncate' }, `${bytes72}!`, randomBytes)
    expect(await verify(bytes72, stored)).toBe(true)
  })

  it('PW01: a bcrypt match beyond 72 bytes is accepted as its system does, and said not to prove the whole text', async () => {
    const stored = await make({ format: 'bcrypt', cost: 4 }, bytes72, randomBytes)
    expect(await verify(`${bytes72}typo`, stored)).toBe(true)
    expect(provesWholePassword(`${bytes72}typo`, stored)).toBe(false)
    expect(provesWholePassword(bytes72, stored)).toBe(true)
  })

  it.each(recipes.filter(({ format: name }) => longest[name] !== undefined))(
    'PW01: $format reads every byte of the longest password it takes, and refuses a longer one',
    async (recipe) => {
      const password = 'ä'.repeat((longest[recipe.format] ?? 0) / 2 - 1)
      const stored = await make(recipe, `${password}ab`, randomBytes)
      expect(await verify(`${password}ab`, stored)).toBe(true)
      expect(await verify(`${password}aä`, stored)).toBe(false)
      expect(await verify(`${password}ac`, stored)).toBe(false)
      await expect(make(recipe, `${password}abc`, randomBytes)).rejects.toThrow(RangeError)
    },
  )

  it.each(recipes.filter(({ format: name }) => name !== 'bcrypt' && longest[name] === undefined))(
    'PW01: $format reads every character of 4,096',
    async (recipe) => {
      const password = '🔑'.repeat(4095)
      const stored = await make(recipe, `${password}a`, randomBytes)
      expect(await verify(`${password}a`, stored)).toBe(true)
      expect(await verify(`${password}b`, stored)).toBe(false)
      expect(provesWholePassword(`${password}a`, stored)).toBe(true)
    },
  )

  it.each(recipes)('PW01: U+0000 is refused by $format, at the end and inside', async (recipe) => {
    const stored = await make(recipe, 'a', randomBytes)
    expect(await verify('a\0', stored)).toBe(false)
    expect(await verify('a\0a', stored)).toBe(false)
    await expect(make(recipe, 'a\0', randomBytes)).rejects.toThrow(RangeError)
  })

  it.each(recipes)('PW01: $format never hashes 4,097 characters or one megabyte', async (recipe) => {
    const stored = await make(recipe, 'a', randomBytes)
    for (const password of ['a'.repeat(4097), '🔑'.repeat(4097), 'a'.repeat(1024 * 1024)]) {
      expect(await verify(password, stored)).toBe(false)
      await expect(make(recipe, password, randomBytes)).rejects.toThrow(RangeError)
    }
  })

  it('PW01: half a surrogate pair is not taken for another', async () => {
    const stored = await make({ format: 'aspnet-membership' }, '\u{fffd}', randomBytes)
    expect(await verify('\ud800', stored)).toBe(false)
  })
})

describe('what a needed rehash means', () => {
  it('is any other setting, whether lower or higher', async () => {
    const stored = await make({ format: 'pbkdf2', iterations: 100 }, 'p', randomBytes)
    expect(needsRehash(stored, { format: 'pbkdf2', iterations: 99 })).toBe(true)
    expect(needsRehash(stored, { format: 'pbkdf2', iterations: 101 })).toBe(true)
    expect(needsRehash(stored, { format: 'pbkdf2', iterations: 100, digest: 'sha512' })).toBe(true)
    expect(needsRehash('not a hash', { format: 'pbkdf2' })).toBe(true)
  })

  it('is not the version letter of bcrypt', async () => {
    const stored = await make({ format: 'bcrypt', cost: 4, version: '2a' }, 'p', randomBytes)
    expect(needsRehash(stored, { format: 'bcrypt', cost: 4 })).toBe(false)
  })
})

describe('the half of SQL Server that does not tell letter case', () => {
  it('is checked and never written anew', async () => {
    const both = toColumns(await make({ format: 'pwdencrypt', version: 1, halves: 'both' }, 'Pässword', randomBytes))
    const stored = fromColumns({ format: 'pwdencrypt-any-case', hash: both?.hash ?? '' }) ?? ''
    expect(await verify('pÄSSWORD', stored)).toBe(true)
    expect(await verify('Passwort', stored)).toBe(false)
    expect(await verify('pÄSSWORD', fromColumns({ format: 'pwdencrypt', hash: both?.hash ?? '' }) ?? '')).toBe(false)
    expect(recipeOf(stored)).toBeUndefined()
    const columns = toColumns(stored)
    expect(columns && fromColumns(columns)).toBe(stored)
  })
})

describe('a function that runs in rounds of ours', () => {
  it('gives way to what else is waiting', async () => {
    const stored = await make({ format: 'sha512-crypt', rounds: 20_000 }, 'p', randomBytes)
    let turns = 0
    let isDone = false
    const count = (): void => {
      turns += 1
      if (!isDone) setImmediate(count)
    }
    setImmediate(count)
    expect(await verify('p', stored)).toBe(true)
    isDone = true
    expect(turns).toBeGreaterThan(20)
  })
})

describe('the cost class', () => {
  it('tells one round of a digest from a password function', async () => {
    expect(costOf(await make(digestTable, 'p', randomBytes))).toBe('digest')
    expect(costOf(await make({ format: 'bcrypt', cost: 4 }, 'p', randomBytes))).toBe('stretched')
    expect(costOf(await make({ format: 'pwdencrypt' }, 'p', randomBytes))).toBe('digest')
    expect(costOf(await make({ format: 'ldap-digest' }, 'p', randomBytes))).toBe('digest')
    expect(costOf(await make({ format: 'md5-crypt' }, 'p', randomBytes))).toBe('stretched')
    expect(costOf('hunter2')).toBeUndefined()
  })
})
