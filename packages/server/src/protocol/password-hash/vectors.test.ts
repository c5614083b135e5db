import { argon2Sync, createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fromColumns, make, parse, verify } from './index.ts'

const b64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')
const b64OfHex = (hex: string): string => b64(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const b64OfText = (text: string): string => b64(Buffer.from(text))

/** Whether the stored string takes the password, and not one with another letter in front. */
async function takesOnly(password: string, stored = ''): Promise<boolean> {
  return (await verify(password, stored)) && !(await verify(`x${password}`, stored))
}

describe('PBKDF2', () => {
  it.each([
    ['password', 'salt', 1, '0c60c80f961f0e71f3a9b524af6012062fe037a6'],
    ['password', 'salt', 2, 'ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957'],
    ['password', 'salt', 4096, '4b007901b765489abead49d926f721d065a429c1'],
    [
      'passwordPASSWORDpassword',
      'saltSALTsaltSALTsaltSALTsaltSALTsalt',
      4096,
      '3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038',
    ],
  ])('accepts %s with %s and %i rounds of SHA-1 (RFC 6070 §2)', async (password, salt, iterations, hex) => {
    expect(
      await takesOnly(password, `$pbkdf2-sha1$i=${iterations},l=${hex.length / 2}$${b64OfText(salt)}$${b64OfHex(hex)}`),
    ).toBe(true)
  })

  it.each([
    [
      'passwd',
      'salt',
      1,
      '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783',
    ],
    [
      'Password',
      'NaCl',
      80_000,
      '4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d',
    ],
  ])('accepts %s with %s and %i rounds of SHA-256 (RFC 7914 §11)', async (password, salt, iterations, hex) => {
    expect(await takesOnly(password, `$pbkdf2-sha256$i=${iterations}$${b64OfText(salt)}$${b64OfHex(hex)}`)).toBe(true)
  })

  it.each(['md5', 'sha224', 'sha384', 'sha512', 'sha512-256', 'sha3-256', 'blake2b512', 'sm3'])(
    'works over %s as node computes it',
    async (digest) => {
      const hash = pbkdf2Sync('Grüße', 'a salt', 7, 32, digest)
      expect(await takesOnly('Grüße', `$pbkdf2-${digest}$i=7,l=32$${b64OfText('a salt')}$${b64(hash)}`)).toBe(true)
    },
  )
})

describe('scrypt', () => {
  it.each([
    [
      'password',
      'NaCl',
      'ln=10,r=8,p=16',
      'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
    ],
    [
      'pleaseletmein',
      'SodiumChloride',
      'ln=14,r=8,p=1',
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
    ],
  ])('accepts %s with %s (RFC 7914 §12)', async (password, salt, settings, hex) => {
    expect(await takesOnly(password, `$scrypt$${settings}$${b64OfText(salt)}$${b64OfHex(hex)}`)).toBe(true)
  })
})

describe('Argon2', () => {
  it.each([
    '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
    '$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc',
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    '$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8',
    '$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ',
  ])('accepts %s of the reference implementation', async (stored) => {
    expect(await takesOnly('password', stored)).toBe(true)
  })

  /**
   * The vector of RFC 9106 uses a key and associated data, which stored strings cannot carry. It shows that node's
   * own Argon2 is right; that one then stands as the second implementation ours is compared with.
   */
  it('agrees with an implementation that meets RFC 9106 §5.3', async () => {
    const vector = argon2Sync('argon2id', {
      message: Buffer.alloc(32, 1),
      nonce: Buffer.alloc(16, 2),
      secret: Buffer.alloc(8, 3),
      associatedData: Buffer.alloc(12, 4),
      parallelism: 4,
      tagLength: 32,
      memory: 32,
      passes: 3,
    })
    expect(vector.toString('hex')).toBe('0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659')

    for (const format of ['argon2id', 'argon2i'] as const) {
      const stored = await make({ format, memoryKiB: 64, passes: 3, lanes: 4 }, 'pässword', randomBytes)
      const made = parse(stored)
      const nonce = made?.salt ?? Buffer.alloc(0)
      const settings = { message: Buffer.from('pässword'), nonce, parallelism: 4, tagLength: 32, memory: 64, passes: 3 }
      expect(made?.hash.equals(argon2Sync(format, settings))).toBe(true)
    }
  })
})

describe('bcrypt', () => {
  it.each([
    ['', '$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s.'],
    ['a', '$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe'],
    ['abc', '$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i'],
    ['~!@#$%^&*()      ~!@#$%^&*()PNBFRD', '$2a$06$fPIsBO8qRqkjj273rfaOI.HtSV9jLDpTbZn782DC6/t7qT67P6FfO'],
    ['U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
    ['U*U', '$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
    ['U*U', '$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ])('accepts "%s" for %s (jBCrypt and crypt_blowfish)', async (password, stored) => {
    expect(await takesOnly(password, stored)).toBe(true)
  })

  it('accepts the crypt_blowfish vector that ends at 72 bytes (PW01)', async () => {
    const password =
      '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored'
    expect(await takesOnly(password, '$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui')).toBe(true)
  })
})

describe('ASP.NET Identity', () => {
  it.each([
    ['version 2', 'AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg=='],
    ['version 3, SHA-1', 'AQAAAAAAAAD6AAAAEAhftMyfTJylOlZT+eEotFXd1elee8ih5WsjXaR3PA9M'],
    ['version 3, SHA-256', 'AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw=='],
    ['version 3, SHA-512', 'AQAAAAIAACcQAAAAEAABAgMEBQYHCAkKCwwNDg9B0Oxwty+PGIDSp95gcCfzeDvA4sGapUIUov8usXfD6A=='],
  ])('accepts the known %s blob of ASP.NET for "my password"', async (_name, blob) => {
    expect(await takesOnly('my password', fromColumns({ format: 'aspnet-identity', hash: blob }))).toBe(true)
  })

  it('reads a version 3 blob laid out by hand', async () => {
    const salt = Buffer.alloc(24, 9)
    const header = Buffer.from('0100000001000003e800000018', 'hex')
    const blob = Buffer.concat([header, salt, pbkdf2Sync('påssord', salt, 1000, 20, 'sha256')]).toString('base64')
    expect(await takesOnly('påssord', `$aspnet-identity$${blob}`)).toBe(true)
  })
})

describe('ASP.NET Membership', () => {
  const salt = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
  const password = Buffer.from('pässword', 'utf16le')
  const row = (digest: 'sha1' | 'sha256' | 'hmacsha256', hash: Buffer) =>
    fromColumns({
      format: `aspnet-membership-${digest}`,
      hash: hash.toString('base64'),
      salt: salt.toString('base64'),
    })

  it.each(['sha1', 'sha256'] as const)('hashes salt and UTF-16LE password with %s', async (digest) => {
    const hash = createHash(digest)
      .update(Buffer.concat([salt, password]))
      .digest()
    expect(await takesOnly('pässword', row(digest, hash))).toBe(true)
  })

  it('repeats the salt to the 64-byte key of HMACSHA256', async () => {
    const key = Buffer.concat([salt, salt, salt, salt])
    expect(await takesOnly('pässword', row('hmacsha256', createHmac('sha256', key).update(password).digest()))).toBe(
      true,
    )
  })
})

describe('salted digests', () => {
  const tables = (['md5', 'sha1', 'sha256', 'sha512'] as const).flatMap((digest) =>
    (['first', 'last'] as const).flatMap((saltPosition) =>
      (['hex', 'hex-upper', 'base64'] as const).map((hashText) => ({ digest, saltPosition, hashText })),
    ),
  )

  it.each(tables)('reads $digest, salt $saltPosition, $hashText', async ({ digest, saltPosition, hashText }) => {
    const message = saltPosition === 'first' ? 's4lt/pässword' : 'pässwords4lt/'
    const bytes = createHash(digest).update(message, 'utf8').digest()
    const hash = hashText === 'hex-upper' ? bytes.toString('hex').toUpperCase() : bytes.toString(hashText)
    expect(
      await takesOnly(
        'pässword',
        fromColumns({ format: `salted-${digest}-${saltPosition}/${hashText}`, hash, salt: 's4lt/' }),
      ),
    ).toBe(true)
  })

  it.each(['hex', 'hex-upper', 'base64'] as const)('reads a salt column in %s as bytes', async (saltText) => {
    const salt = Buffer.from('00ff80c3', 'hex')
    const hash = createHash('sha256').update(salt).update('pässword').digest('hex')
    const written = saltText === 'base64' ? salt.toString('base64') : salt.toString('hex')
    expect(
      await takesOnly('pässword', fromColumns({ format: `salted-sha256-first/hex/${saltText}`, hash, salt: written })),
    ).toBe(true)
  })
})
