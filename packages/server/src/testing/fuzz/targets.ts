import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { isIP } from 'node:net'
import { prepareStatement, readStoresFile } from '../../features/legacy/index.ts'
import { readProvisionFile } from '../../features/provisioning/index.ts'
import { StartError, readConfig } from '../../platform/config/index.ts'
import { safeHref } from '../../platform/html/href.ts'
import { openValue, sealValue } from '../../platform/vault/sealed-value.ts'
import { canonicalAddress, networkOf } from '../../protocol/ip-address.ts'
import { format, fromColumns, isHashable, limits, parse, toColumns } from '../../protocol/password-hash/index.ts'
import type { PasswordHash } from '../../protocol/password-hash/index.ts'
import { canonicalUsername, lookupKeyText, maxUsernameCharacters, opaqueString } from '../../protocol/precis.ts'
import { chooseLocale } from '../../surfaces/browser/messages/locale.ts'
import { expectedRevisions } from '../../surfaces/management/entity-tags.ts'
import { parseStrictJson } from '../../protocol/strict-json.ts'
import { hold, textsLike } from './target.ts'
import type { FuzzTarget } from './target.ts'

const b64 = (bytes: number): string =>
  Buffer.alloc(bytes, 7)
    .toString('base64')
    .replace(/={1,2}$/, '')
const linear = { base: 20_000, perCharacter: 2 }

const usernames: FuzzTarget = {
  name: 'usernames',
  inputs: fc.oneof(
    textsLike(
      ['alice', 'Alice.Smith@Example.com', 'ＡＬＩＣＥ', 'josé', 'שלום', 'ابجد١٢', 'ガ', 'maria smith', 'straße'],
      [
        '@',
        '.',
        '\u00b7',
        '\u0375',
        '\u05f3',
        '\u30fb',
        '\u0660',
        '\u06f0',
        'ﬁ',
        'Ⅳ',
        '\u0640',
        'ა',
        'K',
        'ſ',
        '\u1100',
        '\u{10d30}',
      ],
    ),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
  ),
  runs: 2000,
  cost: linear,
  read(typed) {
    const key = lookupKeyText(typed)
    hold(key.length > 4 * maxUsernameCharacters || lookupKeyText(key) === key, 'the key of a key is itself')
    hold(key.length < 32_768, 'a key is short')
    const name = canonicalUsername(typed)?.canonical
    if (name === undefined) return key === '' ? 'refused, empty' : 'refused'
    hold(canonicalUsername(name)?.canonical === name, 'a canonical name is its own canonical form')
    hold(lookupKeyText(name) === key, 'all ways to write a name share one key')
    hold(Array.from(name).length <= maxUsernameCharacters && name.isWellFormed() && name !== '', 'a name is whole text')
    hold(!/[\p{Cc}\p{Cf}\p{Cn}\p{Zl}\p{Zp}]/u.test(name), 'a name has no invisible character')
    hold(name.normalize('NFC') === name && name.trim() === name, 'a name is in one normal form')
    return name === typed ? 'a name as typed' : 'a name in another form'
  },
}

const passwords: FuzzTarget = {
  name: 'passwords',
  inputs: textsLike(
    ['correct horse', 'pässwörd', '  spaces  ', '👩‍👩‍👧'],
    ['\u00a0', '\u3000', '\u200d', '\u00ad', '\u{e0041}', 'e\u0301'],
  ),
  runs: 1000,
  cost: linear,
  read(typed) {
    const password = opaqueString(typed)
    hold(!isHashable(typed) || Array.from(typed).length <= limits.passwordCharacters, 'what is hashed has a limit')
    if (password === undefined) return 'refused'
    hold(opaqueString(password) === password, 'a prepared password stays as it is')
    return `${isHashable(password) ? 'prepared' : 'too long'}${password === typed ? '' : ', changed'}`
  },
}

const strictJson: FuzzTarget = {
  name: 'strict-json',
  inputs: fc.oneof(
    {
      weight: 3,
      arbitrary: textsLike(
        [
          '{"a":1,"b":[true,null,"x"]}',
          '{"user":{"name":"a\\u0062","n":-1.5e3}}',
          '[]',
          '"text"',
          '{"a":{"a":{"a":[]}}}',
        ],
        [
          '"a":',
          '"\\u0061":',
          '"__proto__":',
          '\\u005f',
          '[',
          '{"a":',
          '}',
          '"',
          '\\"',
          ',',
          '1e400',
          '-0',
          '9007199254740992',
          '\u2028',
        ],
      ),
    },
    { weight: 1, arbitrary: fc.json({ maxDepth: 20 }) },
  ),
  runs: 2000,
  cost: linear,
  read(text) {
    let value: unknown
    try {
      value = parseStrictJson(text)
    } catch (thrown) {
      hold(thrown instanceof SyntaxError, 'a refusal is a SyntaxError')
      hold(thrown.message.length < 60, 'a refusal does not repeat the text')
      return thrown.message
    }
    // Colons outside of strings are members as written; members as read are fewer when a name came twice.
    const colons = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').split(':').length - 1
    hold(JSON.stringify(value) === JSON.stringify(JSON.parse(text)), 'what is taken is what everybody reads')
    hold(membersOf(value) === colons, 'no name came twice')
    return `a ${value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value}`
  },
}

const membersOf = (value: unknown): number =>
  typeof value !== 'object' || value === null
    ? 0
    : Object.values(value).reduce<number>(
        (sum, one) => sum + membersOf(one),
        Array.isArray(value) ? 0 : Object.keys(value).length,
      )

const hashSeeds = [
  `$argon2id$v=19$m=19456,t=2,p=1$${b64(16)}$${b64(32)}`,
  `$argon2i$m=4096,t=3,p=1$${b64(8)}$${b64(32)}`,
  `$2b$12$${'C'.repeat(21)}u${'D'.repeat(30)}e`,
  `$scrypt$ln=15,r=8,p=1$${b64(16)}$${b64(32)}`,
  `$pbkdf2-sha256$i=600000,l=32$${b64(16)}$${b64(32)}`,
  `$pbkdf2-sha512$i=1000$${b64(16)}$${b64(64)}`,
  `$aspnet-identity$${Buffer.concat([Buffer.of(0), Buffer.alloc(48, 7)]).toString('base64')}`,
  `$aspnet-identity$${Buffer.concat([Buffer.from('0100000002000186a000000010', 'hex'), Buffer.alloc(48, 7)]).toString('base64')}`,
  `$aspnet-membership$sha1$${Buffer.alloc(16, 7).toString('base64')}$${Buffer.alloc(20, 7).toString('base64')}`,
  `$salted-md5$salt=first,st=utf8,ht=hex$YWJj$${b64(16)}`,
  `$unsalted-md5$ht=hex$${b64(16)}`,
  `$hmac-sha256$key=salt,st=utf8,ht=hex$YWJj$${b64(32)}`,
  `$hmac-md5$${Buffer.from('07'.repeat(16)).toString('base64')}$${b64(3)}`,
  `$pwdencrypt$0x0100${'AB'.repeat(24)}`,
  `$pwdencrypt$0x0100${'AB'.repeat(44)}`,
  `$pwdencrypt$0x0200${'AB'.repeat(68)}`,
  `$pwdencrypt-any-case$0x0100${'AB'.repeat(24)}`,
  `{SSHA}${Buffer.alloc(24, 7).toString('base64')}`,
  `{MD5}${Buffer.alloc(16, 7).toString('base64')}`,
  '{CRYPT}$1$saltsalt$5Jhcit4zN9UlGiA0txwgr0',
  '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0',
  '$H$9aaaaaSXBjgypwqm.JsMssPLiS8YQ00',
  '$S$5FIcboyzv1ZD/OZDb4w/4HSlnsPlwbr/PWLWrHPWrJp8eXOQQaWJ',
  'U$S$5I5Ht7YwxFRiMiJhBjyt42Ji2WRndX2dCx1jyktH92PeQp0xWdgi',
  '$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/',
  '$5$rounds=1000$roundstoolow$yfvwcWrQ8l/K0DAWyuPMDNHpIVlTQebY9l/gL972bIC',
  `$6$saltstring$${'.'.repeat(86)}`,
  `$firescrypt$ln=14,r=8,p=1$BwcHBw==$${Buffer.alloc(64, 7).toString('base64')}$Bw==$${Buffer.alloc(64, 7).toString('base64')}`,
]
const hashWords = [
  'rounds=',
  '$6$',
  '$S$',
  'U$',
  '{CRYPT}',
  '{SSHA}',
  '0x0200',
  '$',
  '$2a$',
  '$2x$',
  'm=',
  't=',
  'p=',
  'i=',
  'l=',
  'ln=',
  ',',
  'v=19',
  '31',
  '4294967295',
  '00',
  '+',
  '/',
  'sha1',
  'md5',
  '=',
]

const isSaltless = (known: PasswordHash): boolean =>
  known.format === 'unsalted-digest' || (known.format === 'ldap-digest' && !known.isSalted)

const legacyHashes: FuzzTarget = {
  name: 'legacy-hashes',
  inputs: textsLike(hashSeeds, hashWords),
  runs: 3000,
  cost: linear,
  read(stored) {
    const known = parse(stored)
    if (!known) return 'refused'
    const written = format(known)
    const again = parse(written)
    hold(again !== undefined && format(again) === written, 'what is written is read again, the same')
    hold(again.hash.equals(known.hash) && again.salt.equals(known.salt), 'hash and salt survive')
    hold(
      known.hash.length >= limits.hashBytes.min && (known.salt.length > 0 || isSaltless(known)),
      'no hash is met by chance',
    )
    const { format: name } = known
    const columns = toColumns(stored)
    hold(columns !== undefined && fromColumns(columns) === written, 'it goes into the columns of its table and back')
    return written === stored ? name : `${name}, written in another way`
  },
}

const rowSeeds = [
  ['salted-md5-first', createHash('md5').update('x').digest('hex'), 'salt'],
  ['salted-sha256-last/base64/hex', createHash('sha256').update('x').digest('base64'), '00ff'],
  ['salted-sha1-first/hex-upper/utf8', createHash('sha1').update('x').digest('hex').toUpperCase(), 'é'],
  ['aspnet-membership-sha1', Buffer.alloc(20, 7).toString('base64'), Buffer.alloc(16, 7).toString('base64')],
  ['aspnet-identity', Buffer.concat([Buffer.of(0), Buffer.alloc(48, 7)]).toString('base64'), ''],
  ['hmac-sha256-salt', createHash('sha256').update('x').digest('hex'), 'salt'],
  ['hmac-md5-password/base64/hex-upper', createHash('md5').update('x').digest('base64'), '00FF'],
  ['unsalted-sha1/hex-upper', createHash('sha1').update('x').digest('hex').toUpperCase(), ''],
  ['pwdencrypt', `0x0100${'AB'.repeat(44)}`, ''],
  ['pwdencrypt-any-case', `0x0100${'AB'.repeat(24)}`, ''],
  ['pwdencrypt', `0x0200${'AB'.repeat(68)}`, ''],
  ['ldap-digest', `{SSHA}${Buffer.alloc(24, 7).toString('base64')}`, ''],
  ['phpass', '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0', ''],
  ['bcrypt', `$2a$10$${'C'.repeat(21)}u${'D'.repeat(30)}e`, ''],
  ['modular', hashSeeds[0] ?? '', ''],
].map((row) => row.join('\n'))

const legacyRows: FuzzTarget = {
  name: 'legacy-rows',
  inputs: textsLike(rowSeeds, [
    ...hashWords,
    '\n',
    '-first',
    '-salt',
    'hmac-',
    'unsalted-',
    '-any-case',
    '-last',
    '/hex',
    '/base64',
    'salted-',
    'utf8',
    'aspnet-',
    'password',
  ]),
  runs: 3000,
  cost: linear,
  read(text) {
    const [table = '', hash = '', ...salt] = text.split('\n')
    const stored = fromColumns({ format: table, hash, salt: salt.join('\n') })
    if (stored === undefined) return 'refused'
    const columns = toColumns(stored)
    hold(columns !== undefined && fromColumns(columns) === stored, 'a row that was read is written and read again')
    return `read as ${parse(stored)?.format ?? 'nothing'}`
  },
}

const sealingKey = { id: '00112233aabbccdd', key: Buffer.alloc(32, 5) }
const sealed = sealValue(sealingKey, Buffer.from('a secret of ours'), 'secret:1', (n) => Buffer.alloc(n, 9)).toString(
  'latin1',
)

const sealedValues: FuzzTarget = {
  name: 'sealed-values',
  inputs: textsLike([sealed], [sealed.slice(0, 9), sealed.slice(9, 69), sealed.slice(69), '\u0001', '\u0002']),
  runs: 2000,
  cost: linear,
  read(text) {
    try {
      openValue((id) => (id === sealingKey.id ? sealingKey.key : undefined), Buffer.from(text, 'latin1'), 'secret:1')
    } catch (thrown) {
      hold(thrown instanceof Error && !thrown.message.includes('a secret'), 'a refusal says nothing of the secret')
      return thrown.message.replace(/[0-9a-f]{16}/, 'id')
    }
    hold(Buffer.from(text, 'latin1').equals(Buffer.from(sealed, 'latin1')), 'only what we sealed is opened')
    return 'opened'
  },
}

const addresses: FuzzTarget = {
  name: 'network-addresses',
  inputs: fc.oneof(
    textsLike(
      ['192.0.2.1', '2001:db8::1', '::ffff:192.0.2.1', '[2001:db8::1]:443', 'fe80::1%eth0', '192.0.2.1:80'],
      ['::', ':', '.', 'ffff', '0', '%25', '[', ']', '256', '0x7f', '010'],
    ),
    fc.ipV4Extended(),
    fc.ipV6(),
  ),
  runs: 2000,
  cost: linear,
  read(text) {
    const address = canonicalAddress(text)
    const network = networkOf(text)
    if (address === undefined) {
      hold(network === undefined, 'what is no address has no network')
      return 'refused'
    }
    hold(isIP(address) !== 0 && canonicalAddress(address) === address, 'an address has one spelling')
    hold(network !== undefined && networkOf(address) === network, 'all spellings are in one network')
    return `IPv${isIP(address)}${address === text ? '' : ', in another spelling'}`
  },
}

const statements: FuzzTarget = {
  name: 'sql-statements',
  inputs: textsLike(
    [
      "select a::text from b where c = :name and d = ':no'",
      "select E'it\\'s :no', \"q:no\", $t$ :no $t$ -- :no\n where x = :name /* :no */",
    ],
    [':name', '::', "'", '"', '`', '$t$', '$$', '--', '/*', '*/', "E'", '\\'],
  ),
  runs: 1000,
  cost: linear,
  read(text) {
    const { sql, names } = prepareStatement(text, () => '?')
    hold(
      names.every((name) => /^[A-Za-z_]\w*$/.test(name)),
      'a name is a word',
    )
    const length = names.reduce((sum, name) => sum + name.length, 0)
    hold(sql.length === text.length - length, 'nothing but names is replaced')
    return names.length === 0 ? 'no names' : 'names'
  },
}

const hrefs: FuzzTarget = {
  name: 'links',
  inputs: textsLike(
    ['/path?x=1#y', 'https://example.com/a', 'http://localhost:4000/', 'javascript:alert(1)', 'data:text/html,x'],
    [
      'javascript:',
      'data:',
      'vbscript:',
      'https:',
      '//evil.example',
      '/\\evil.example',
      '@evil.example',
      '\t',
      '\n',
      '%0d%0a',
      '．',
    ],
  ),
  runs: 2000,
  cost: linear,
  read(address) {
    const href = safeHref(address)
    if (href === undefined) return 'refused'
    hold(safeHref(href) === href, 'a safe address stays as it is')
    const url = new URL(href, 'https://own.invalid')
    hold(/^https?:$/.test(url.protocol) && url.username === '', 'a link leads to the web')
    hold(!href.startsWith('/') || url.origin === 'https://own.invalid', 'a path stays on our host')
    return href.startsWith('/') ? 'a path' : 'an address'
  },
}

const locales: FuzzTarget = {
  name: 'languages',
  inputs: textsLike(
    ['es-MX,es;q=0.9,en;q=0.8', 'en', '*', 'de, fr;q=0'],
    ['es', 'en', '-', ';q=', ';q=NaN', ',', '*', '-x-', 'ES'],
  ),
  runs: 500,
  cost: linear,
  read: (header) => chooseLocale(header, header, ['en', 'es']),
}

const entityTags: FuzzTarget = {
  name: 'entity-tags',
  inputs: textsLike(['"1"', '"1", "22"', 'W/"1"', '*'], ['"', 'W/', ',', '*', '1', '"999999999"', '"1e3"']),
  runs: 500,
  cost: linear,
  read(header) {
    const revisions = expectedRevisions(header)
    hold(revisions?.every((one) => Number.isSafeInteger(one) && one >= 0) !== false, 'a revision is a whole number')
    return revisions === undefined ? 'any' : revisions.length === 0 ? 'none' : 'some'
  },
}

const scratch = join(tmpdir(), `gatehouse-fuzz-${process.pid}.json`)

const storeSeed = JSON.stringify({
  stores: [
    {
      id: 'shard',
      dialect: 'sqlite',
      connection: 'file:/secret-place',
      statements: { find: 'select 1 where a = :canonical', list: 'select 1 where a > :after limit :limit' },
    },
  ],
})
const provisionSeed = JSON.stringify({
  tenant: { id: 'harbor', name: 'Harbor' },
  workspaces: [{ id: 'portal', name: 'Portal', kind: 'customer' }],
  clients: [
    {
      id: 'portal',
      workspace: 'portal',
      name: 'Portal',
      secret: 'secret-place'.repeat(4),
      authentication: 'client_secret_basic',
      grantTypes: ['authorization_code'],
      redirectUris: ['https://portal.example/cb'],
      scopes: ['openid'],
    },
  ],
})

function fileTarget(name: string, seed: string, readFile: (file: string) => Promise<unknown>): FuzzTarget {
  return {
    name,
    inputs: textsLike(
      [seed],
      ['"id":', '"stores":', '"__proto__":{}', '"secret":', ':canonical', ':other', 'env:NOWHERE', '{}', '[]', ','],
    ),
    runs: 300,
    async read(text) {
      await writeFile(scratch, text)
      try {
        await readFile(scratch)
        return 'taken'
      } catch (thrown) {
        hold(thrown instanceof StartError, 'a file that cannot be used stops the start with one line')
        hold(!thrown.message.includes('secret-place'), 'the line has no value of the file in it')
        return thrown.message.includes('JSON') ? 'no JSON' : 'not valid'
      }
    },
  }
}

const configuration: FuzzTarget = {
  name: 'configuration',
  inputs: textsLike(
    [
      'GATEHOUSE_PORT=4000',
      'GATEHOUSE_URL=https://id.example',
      'DATABASE_URL=postgres://u:secret-place@h/d',
      'GATEHOUSE_TRUSTED_HOPS=1',
    ],
    ['=', 'GATEHOUSE_', 'URL', 'PORT', '\n', 'https://', '@', '?', '1e3', '0x10', '-1', ' 1'],
  ),
  runs: 500,
  cost: { base: 50_000, perCharacter: 5 },
  read(text) {
    const environment = Object.fromEntries(
      text.split('\n').map((line) => [line.split('=')[0] ?? '', line.split('=').slice(1).join('=')]),
    )
    try {
      const { port, trustedHops, origin } = readConfig(environment)
      hold(Number.isInteger(port) && Number.isInteger(trustedHops), 'a number is a number')
      hold(new URL(origin).origin === origin, 'the origin is an origin')
      return 'taken'
    } catch (thrown) {
      hold(thrown instanceof StartError, 'a configuration that cannot be used stops the start with one line')
      hold(!thrown.message.includes('secret-place'), 'the line has no value in it')
      return 'refused'
    }
  },
}

/** Parsers that need nothing but their text. */
export const targets: readonly FuzzTarget[] = [
  usernames,
  passwords,
  strictJson,
  legacyHashes,
  legacyRows,
  sealedValues,
  addresses,
  statements,
  hrefs,
  locales,
  entityTags,
  configuration,
  fileTarget('stores-files', storeSeed, (file) => readStoresFile(file, {})),
  fileTarget('provision-files', provisionSeed, (file) => readProvisionFile(file)),
]
