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

describe('crypt(3)', () => {
  const long = 'a very much longer text to encrypt.  This one even stretches over morethan one line.'
  const short = 'we have a short salt string but not a short password'

  it.each([
    [
      'Hello world!',
      '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
    ],
    [
      'This is just a test',
      '$6$rounds=5000$toolongsaltstrin$lQ8jolhgVRVhY4b5pZKaysCLi0QBxGoNeKQzQ3glMhwllF7oGDZxUhx1yxdYcz/e1JSbq3y6JMxxl8audkUEm0',
    ],
    [
      long,
      '$6$rounds=1400$anotherlongsalts$POfYwTEok97VWcjxIiSOjiykti.o/pQs.wPvMxQ6Fm7I6IoYN3CmLs66x9t0oSwbtEW7o7UmJEiDwGqd8p4ur1',
    ],
    [
      short,
      '$6$rounds=77777$short$WuQyW2YR.hBNpjjRhpYD/ifIw05xdfeEyQoMxIXbkvr0gge1a1x3yRULJ5CCaUeOxFmtlcGZelFl5CxtgfiAc0',
    ],
    ['the minimum number is still observed', '$5$rounds=1000$roundstoolow$yfvwcWrQ8l/K0DAWyuPMDNHpIVlTQebY9l/gL972bIC'],
  ])('accepts "%s" for %s (Drepper, SHA-crypt.txt)', async (password, stored) => {
    expect(await takesOnly(password, stored)).toBe(true)
  })

  // written by crypt() of glibc 2.36
  it.each([
    ['a', '$1$saltsalt$MzDjbImyzEz2m0NTiPzNW/'],
    ['a', '$5$saltstring$7cz4bTeQ7MnNssphNhFVrITtuJYY/1tdvLL2uzLvOk8'],
    ['a', '$6$saltstring$MO53nAXQUKXVLlsbiXyPgMsR6q10N7eF7sPvanwdXnEeCj5kE3eYaRvFv0wVW1UZ4SnNTzc1v4OCOq1ASDQZY0'],
    ['a', '$5$rounds=1400$anotherlongsalts$Iq0dhoYfyGnDVwSUpmuNlZyLKva/p4Sd1frSpizk2oD'],
    ['pässword 123', '$1$saltsalt$kEInw7ei8mINJBnxSCBGh1'],
    ['pässword 123', '$5$saltstring$jlx4IoWiU1YC3LvN7f1LBQx8HCZUX7cuxaZupxt76j0'],
    [
      'pässword 123',
      '$6$saltstring$DoiFVYMAcd6ZfI2OghkFcO9oCjVfWfgUc48geKBOx7Q1XKeQ5IqMX8B1cESS15MceFpiceUaDp2Vje0ZiMZ3D.',
    ],
    ['pässword 123', '$5$rounds=1400$anotherlongsalts$wJUFaZhHAlIxAdIjHr2hiAM7AQmlayvbCuyudJzkxaC'],
    ['xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', '$1$saltsalt$lTT80f5GEB.8cfLv43D0D1'],
    ['xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', '$5$saltstring$4Dbc1xtYOZHjmCjeUnLCwK.HWyIucFFuVMguB4yxCmA'],
    [
      'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
      '$6$saltstring$fHYz3gn00KlL4YTsPnNP97RKz02FigkzXnb38dgYGj9KsYQdtNmaIhEpjLhNbpA2dQHzf85Xda8oMZ0sOeZLW1',
    ],
    [
      'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
      '$5$rounds=1400$anotherlongsalts$flw/QdJC0WehKa4oOQkbRGGnn7XlRxFK11YwOkKmmND',
    ],
  ])('accepts "%s" for %s (glibc)', async (password, stored) => {
    expect(await takesOnly(password, stored)).toBe(true)
    expect(await takesOnly(password, `{CRYPT}${stored}`)).toBe(true)
  })

  it('accepts what htpasswd writes (openssl passwd -apr1)', async () => {
    expect(await takesOnly('secret', '$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/')).toBe(true)
  })
})

describe('PHPass and Drupal', () => {
  it.each([
    ['test12345', '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0'],
    ['test1', '$H$9aaaaaSXBjgypwqm.JsMssPLiS8YQ00'],
    ['thisisalongertestPW', '$P$912345678LIjjb6PhecupozNBmDndU0'],
    ['!?!#?#?#$&@&@!&@', '$P$Buvd5FQxkeXJnDarN7..wRMwRKJeZ40'],
  ])('accept "%s" for %s (phpass 0.3, John the Ripper, WordPress)', async (password, stored) => {
    expect(await takesOnly(password, stored)).toBe(true)
  })

  it.each([
    ['DifficultPassword123', '$S$5FIcboyzv1ZD/OZDb4w/4HSlnsPlwbr/PWLWrHPWrJp8eXOQQaWJ'],
    ['SimpleEasyPassword', 'U$S$5I5Ht7YwxFRiMiJhBjyt42Ji2WRndX2dCx1jyktH92PeQp0xWdgi'],
  ])('accept "%s" for %s (written by Drupal 7)', async (password, stored) => {
    expect(await takesOnly(password, stored)).toBe(true)
  })
})

describe('Firebase scrypt', () => {
  it('accepts the known hash (README of firebase/scrypt)', async () => {
    const fields = [
      '42xEC+ixf3L2lw==',
      'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
      'Bw==',
      'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
    ]
    expect(await takesOnly('user1password', `$firescrypt$ln=14,r=8,p=1$${fields.join('$')}`)).toBe(true)
  })
})

describe('PWDENCRYPT of SQL Server', () => {
  const row = (hash: string, format = 'pwdencrypt') => fromColumns({ format, hash })

  it.each([
    ['TEST', '0x010034767D5C2FD54D6119FFF04129A1D72E7C3194F7284A7F3A'],
    ['toto', '0x01004086CEB6BF932BC4151A1AF1F13CD17301D70816A8886908'],
    ['12345', '0x01005b20054332752e1bc2e7c5df0f9ebfe486e9bee063e8d3b3'],
    ['Test', '0x010034767D5C0CFA5FDCA28C4A56085E65E882E71CB0ED2503412FD54D6119FFF04129A1D72E7C3194F7284A7F3A'],
    ['táБℓə', '0x010083104228FAD559BE52477F2131E538BE9734E5C4B0ADEFD7F6D784B03C98585DC634FE2B8CA3A6DFFEC729B4'],
    [
      'Password1!',
      '0x0200F733058A07892C5CACE899768F89965F6BD1DED7955FE89E1C9A10E27849B0B213B5CE92CC9347ECCB34C3EFADAF2FD99BFFECD8D9150DD6AACB5D409A9D2652A4E0AF16',
    ],
  ])('accepts "%s" for %s (passlib, John the Ripper)', async (password, hash) => {
    expect(await takesOnly(password, row(hash))).toBe(true)
  })

  it('accepts any letter case where the table says that it did', async () => {
    const both = '0x010034767D5C0CFA5FDCA28C4A56085E65E882E71CB0ED2503412FD54D6119FFF04129A1D72E7C3194F7284A7F3A'
    expect(await takesOnly('tEST', row(both, 'pwdencrypt-any-case'))).toBe(true)
    expect(await verify('tEST', row(both) ?? '')).toBe(false)
  })
})

describe('digests of directories', () => {
  it.each([
    ['test123', '{SSHA}JFZFs0oHzxbMwkSJmYVeI8MnTDy/276a'],
    ['test123', '{SSHA256}czO44OTV17PcF1cRxWrLZLy9xHd7CWyVYplr1rOhuMlx/7IK'],
    [
      'test123',
      '{SSHA512}xPUl/px+1cG55rUH4rzcwxdOIPSB2TingLpiJJumN2xyDWN4Ix1WQG3ihnvHaWUE8MYNkvMi5rf0C9NYixHsE6Yh59M=',
    ],
    ['password', '{MD5}X03MO1qnZdYdgyfeuILPmQ=='],
    ['password', '{SMD5}RnexgcsjdBHMQ1yhB7+sD+a+qDI='],
    ['password', '{sha}W6ph5Mm5Pz8GgiULbPgzG37mj9g='],
    ['password', '{SHA256}XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg='],
    ['password', '{SHA384}qLZLq9CsqRpZvbt3YbQh1PK7OCgNOnW6DyHyvrxFWD1EbFmGYMlM5oDEfRnDB4On'],
    ['password', '{SSHA384}kNjTWdmyy2G1IgJF8WrOpq0N//Yc2Ec5TIQYceuiuHQXRXpC1bfnMqyOx0NxrSREjBWDwUpqXjo='],
  ])('accept "%s" for %s (Kratos, 389 Directory Server, OpenLDAP)', async (password, stored) => {
    expect(await takesOnly(password, stored)).toBe(true)
  })
})

describe('HMAC', () => {
  it('accepts the string of Ory Kratos', async () => {
    const hash = 'YjhhZDA4YTNhNTQ3ZTM1ODI5YjgyMWI3NTM3MDMwMWRkOGM0YjA2YmRkNzc3MWY5YjU0MWE3NTkxNDA2ODcxOA=='
    expect(await takesOnly('123456', `$hmac-sha256$${hash}$MTIzNDU2`)).toBe(true)
  })

  it.each(['md5', 'sha1', 'sha256', 'sha384', 'sha512'])(
    'over %s takes salt or password as its key',
    async (digest) => {
      const bySalt = createHmac(digest, 'a salt').update('pässword').digest('hex')
      const byPassword = createHmac(digest, 'pässword').update(Buffer.from('00ff', 'hex')).digest('base64')
      const rows = [
        { format: `hmac-${digest}-salt`, hash: bySalt, salt: 'a salt' },
        { format: `hmac-${digest}-password/base64/hex`, hash: byPassword, salt: '00ff' },
      ]
      for (const columns of rows) expect(await takesOnly('pässword', fromColumns(columns))).toBe(true)
    },
  )

  it('accepts the first two texts of RFC 2202 §2 as passwords under their keys', async () => {
    const rows = [
      ['what do ya want for nothing?', 'Jefe', '750c783e6ab0b503eaa86e310a5db738'],
      ['Hi There', '\v'.repeat(16), '9294727a3638bb1c13f48ef8158bfc9d'],
    ] as const
    for (const [text, salt, hash] of rows) {
      expect(await takesOnly(text, fromColumns({ format: 'hmac-md5-salt', hash, salt }))).toBe(true)
    }
  })
})

describe('unsalted digests', () => {
  it.each(['md5', 'sha1', 'sha256', 'sha384', 'sha512'])('read %s in each spelling', async (digest) => {
    const bytes = createHash(digest).update('pässword').digest()
    for (const [spelling, hash] of [
      ['', bytes.toString('hex')],
      ['/hex-upper', bytes.toString('hex').toUpperCase()],
      ['/base64', bytes.toString('base64')],
    ] as const) {
      expect(await takesOnly('pässword', fromColumns({ format: `unsalted-${digest}${spelling}`, hash }))).toBe(true)
    }
  })
})
