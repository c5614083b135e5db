// `npm run docs`: writes the pages of docs/, and what of the sdk is made from the code. A test fails when they are not what this makes.
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { reasons } from '../packages/server/src/features/audit/index.ts'
import { definitions } from '../packages/server/src/features/operations/index.ts'
import type { OpenLists } from '../packages/server/src/features/operations/index.ts'
import type { MetricDefinition } from '../packages/server/src/platform/metrics/index.ts'
import { settings } from '../packages/server/src/platform/config/index.ts'
import { oauthError, Problem, problemCodes, scimError } from '../packages/server/src/problem/index.ts'
import { formatRows } from '../packages/server/src/protocol/password-hash/index.ts'
import { caseGroups, comingRooms } from './security/cases.ts'
import { casePage, caseTable } from './security/page.ts'
import { allTitles } from './security/titles.ts'
import { apiHead, apiRows } from './api-page.ts'
import { madeForSdk } from './sdk/made.ts'

const root = dirname(import.meta.dirname)
const made = 'Made from the code by `npm run docs`; changes by hand are lost.'

/** Each file that is made from the code, by its path from the root. */
export function generatedPages(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/operations/metrics.md', metricsPage()],
    ['docs/problems.md', problemsPage()],
    ['docs/reasons.md', reasonsPage()],
    ['docs/configuration.md', configurationPage()],
    ['docs/password-formats.md', passwordFormatsPage()],
    ['docs/security-cases.md', securityCasesPage()],
    ['docs/secureauth-api.md', apiPage()],
    ...madeForSdk(),
  ])
}

function metricsPage(): string {
  const open = { routes: 'pattern of a route', legacyStores: 'id of a legacy store', jobs: 'name of a queue' }
  const lists = Object.fromEntries(Object.entries(open).map(([list, word]) => [list, new Set([word])]))
  const all: Readonly<Record<string, MetricDefinition>> = definitions(lists as unknown as OpenLists)
  const words = new Set(Object.values(open))
  const labelOf = ([name, values]: readonly [string, ReadonlySet<string>]): string => {
    const [first = ''] = values
    const isLong = values.size > 10
    return `\`${name}\`: ${words.has(first) ? first : isLong ? `one of ${values.size}` : [...values].join(', ')}`
  }
  const rows = Object.entries(all).map(([name, { kind, labels = {}, help, together = 'sum' }]) => [
    `\`${name}\``,
    kind,
    Object.entries(labels).map(labelOf).join('; ') || '–',
    kind === 'gauge' ? together : 'sum',
    help,
  ])
  return page(
    'Metrics',
    `\`GATEHOUSE_METRICS_PORT\` opens a port that answers \`GET /metrics\` for Prometheus, on loopback unless
\`GATEHOUSE_METRICS_HOST\` says otherwise; without it there are none. The port asks nobody who they are: only whoever watches
the server should reach it. Several processes of one server answer together on the one port; the fourth column says how
their figures become one.

Every label has a closed list of values, and what is not in it is written \`other\`: nothing that a request says becomes a
series. What Node says of the process comes beside these under its usual names: \`process_resident_memory_bytes\`,
\`process_open_fds\`, \`process_cpu_seconds_total\`, \`nodejs_eventloop_lag_p99_seconds\`, \`nodejs_gc_duration_seconds\`
and others.

Worth waking somebody for: \`gatehouse_http_turned_away_total\` that grows for minutes ([overload](overload.md)); \`gatehouse_database_waiting\` that
does not fall to 0; \`gatehouse_jobs{state="failed"}\` above 0; \`gatehouse_legacy_reachable\` at 0;
\`gatehouse_clock_difference_seconds\` above 2 (the machine's date is wrong; docs/operations/faults.md); a jump of
\`gatehouse_events_total{subject="login",action="failed"}\` (somebody guesses passwords); \`nodejs_eventloop_lag_p99_seconds\`
above 0.1; no answer at all.`,
    ['Metric', 'Kind', 'Labels', 'Several processes', 'What it says'],
    rows,
  )
}

function apiPage(): string {
  return page(
    'SecureAuth API',
    `Every operation that is served or refused by name, and those of the vendor's \`identitysystem\`, \`system\` and \`identityself\`
that are not there yet. _Tested in_ names the file that speaks of an operation most; beside that every one is held against the
vendor's description, other tenants, missing scopes and absent ids. Numbers are those of [divergences](divergences.md).`,
    apiHead,
    apiRows(),
  )
}

function passwordFormatsPage(): string {
  return page(
    'Password formats',
    `Hashes of other systems that people can sign in with: given with a user (\`hashed_password { format, hash, salt }\`), imported, or
found in a legacy store. A hash that asks for more than the table says is refused, whoever wrote it. At the first sign-in a
hash is replaced by one of ours, except where it does not prove the whole password. \`modular\` in place of a name takes
every string that names itself, with or without \`{CRYPT}\` before it.

Not read: DES crypt (thirteen letters without a \`$\`). It reads eight letters of a password, a search through all of them is
a matter of days, and there is no kept library to check it with: such people set a new password. MySQL's and Oracle's
own, NT hashes and expressions over several digests are not read either.`,
    ['Format', 'Columns', 'At most', 'Written for going back'],
    Object.values(formatRows).map(({ names, columns, most, writing }) => [names, columns, most, writing]),
  )
}

function problemsPage(): string {
  const rows = problemCodes.toSorted().map((code) => {
    const problem = new Problem(code)
    const [oauth, scim] = [oauthError(problem, ''), scimError(problem, '')]
    return [
      `\`${code}\``,
      String(problem.row.status),
      problem.row.title,
      `${oauth.status} \`${String(oauth.body['error'])}\``,
      `${scim.status}${'scimType' in scim.body ? ` \`${String(scim.body['scimType'])}\`` : ''}`,
    ]
  })
  return page(
    'Problems',
    `Everything that Gatehouse tells a caller when something goes wrong. The code never changes its meaning; the title is for
people. Our own APIs answer problem details (RFC 9457) of the type \`urn:gatehouse:problem:\` and the code; the
SecureAuth-compatible API answers the code as \`error_code\` with the same status. OAuth endpoints answer an \`error\` (RFC 6749
§5.2), SCIM a \`scimType\` where one is defined (RFC 7644 §3.12). Every answer but an OAuth or SCIM error carries the id of
the request, which finds its lines in the log.`,
    ['Code', 'Status', 'Title', 'OAuth', 'SCIM'],
    rows,
  )
}

function reasonsPage(): string {
  const rows = Object.entries(reasons).map(([reason, meaning]) => [`\`${reason}\``, meaning])
  return page(
    'Reasons',
    `Why a sign-in was refused or a password changed, as the audit events say it in \`reason\`. Staff read these; the person at
the sign-in page is never told which of them it was.`,
    ['Reason', 'What it means'],
    rows.toSorted(([one = ''], [other = '']) => (one < other ? -1 : 1)),
  )
}

/** What is read of a setting's schema; each kind of setting has some of it. */
interface Setting {
  readonly type?: string
  readonly default?: string | number
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly pattern?: string
  readonly anyOf?: readonly { readonly const?: unknown }[]
  readonly description?: string
}

function configurationPage(): string {
  const rows = Object.entries(settings.properties as Readonly<Record<string, Setting>>).map(([name, setting]) => [
    `\`${name}\``,
    setting.default === undefined ? '–' : `\`${String(setting.default)}\``,
    acceptedBy(setting),
    setting.description ?? '',
  ])
  return page(
    'Configuration',
    `The server reads these settings once, at start, from variables of its environment and, where \`GATEHOUSE_CONFIG\` names one,
from a JSON file: an object of settings by name. The environment wins. Each setting may also be given as a file that holds
its value, by its name and \`_FILE\`, as secrets are mounted (\`DATABASE_URL_FILE=/run/secrets/database\`); the last line break
is left out. An empty variable is an absent one, and an absent one has a safe meaning. A value that cannot be used stops the
start with one line that names the setting and never the value. Variables that are not listed are ignored; in the file they
stop the start.`,
    ['Setting', 'Default', 'Accepted', 'What it decides'],
    rows,
  )
}

function acceptedBy({ type, minimum, maximum, minLength, pattern, anyOf }: Setting): string {
  if (anyOf) return anyOf.map((one) => `\`${String(one.const)}\``).join(', ')
  if (type === 'integer') return `${minimum ?? ''} to ${maximum ?? ''}`
  if (pattern !== undefined) return `\`${pattern}\``
  return minLength === undefined ? 'text' : `text of at least ${minLength} characters`
}

function securityCasesPage(): string {
  return `# Security cases\n\n${made}\n\n${casePage(caseTable(caseGroups, allTitles(root)), comingRooms)}`
}

function page(title: string, words: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  return `# ${title}\n\n${made}\n\n${words}\n\n${table(head, rows)}\n`
}

/** Columns are filled up to one width, as the formatter would. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', String.raw`\|`)))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const lineOf = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [first = [], ...others] = cells
  return [lineOf(first), lineOf(widths.map((width) => '-'.repeat(width))), ...others.map(lineOf)].join('\n')
}

if (import.meta.main) {
  for (const [path, text] of generatedPages()) {
    await writeFile(join(root, path), text)
    console.log(`wrote ${path}`)
  }
}
