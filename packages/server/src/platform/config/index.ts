import { resolve } from 'node:path'
import { Type } from 'typebox'
import type { Static } from 'typebox'
import { Value } from 'typebox/value'

/**
 * Every setting the server reads, once, at start. Names are those of the environment.
 * A setting that is absent has a safe meaning; one that cannot be read stops the start with one line.
 */
export const settings = Type.Object(
  {
    GATEHOUSE_URL: Type.String({
      default: 'http://localhost:4000',
      pattern: String.raw`^https?://[^\s/?#@]+$`,
      description:
        'Public origin of this server, without a path. Issuers, links in mails and cookies are made from it.',
    }),
    GATEHOUSE_HOST: Type.String({ default: 'localhost', description: 'Address to listen on.' }),
    GATEHOUSE_PORT: Type.Integer({ default: 4000, minimum: 0, maximum: 65535, description: 'Port to listen on.' }),
    GATEHOUSE_DATA: Type.String({
      default: '.data/gatehouse',
      description: 'Folder for the embedded database and the file vault.',
    }),
    DATABASE_URL: Type.Optional(
      Type.String({
        pattern: '^postgres(ql)?://',
        description: 'PostgreSQL to use. Absent: the embedded database in the data folder.',
      }),
    ),
    GATEHOUSE_PROCESSES: Type.Integer({
      default: 1,
      minimum: 1,
      maximum: 256,
      description:
        'Processes that answer on the port. More than one needs PostgreSQL; a process that dies is replaced. Hash threads are shared out among them.',
    }),
    DATABASE_POOL_SIZE: Type.Integer({
      default: 10,
      minimum: 1,
      maximum: 200,
      description: 'Connections per process.',
    }),
    DATABASE_POOL_QUEUE: Type.Integer({
      default: 500,
      minimum: 1,
      maximum: 100_000,
      description: 'Requests that may wait for a connection; one more is answered 503 with Retry-After.',
    }),
    GATEHOUSE_VAULT_SECRET: Type.Optional(
      Type.String({
        minLength: 16,
        description:
          'Seals the key file of the vault. Absent: a secret is made beside the key file, which protects a copied database but not a copied folder.',
      }),
    ),
    GATEHOUSE_SMTP_URL: Type.Optional(
      Type.String({
        pattern: '^smtps?://',
        description: 'Mail server. Absent, or away: mails wait in the queue for some sixteen hours.',
      }),
    ),
    GATEHOUSE_MAIL_FROM: Type.String({
      default: 'Gatehouse <no-reply@localhost>',
      description: 'Sender of mails that no organization brands.',
    }),
    GATEHOUSE_PROVISION_FILE: Type.Optional(
      Type.String({
        description: 'JSON file of tenants, workspaces, clients and billers to create at start where they are absent.',
      }),
    ),
    GATEHOUSE_LEGACY_STORES_FILE: Type.Optional(
      Type.String({ description: 'JSON file that describes the legacy user stores.' }),
    ),
    GATEHOUSE_HASH_THREADS: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 256,
      description: 'Password hashes computed at once by a process. 0: its share of the cores, at least one.',
    }),
    GATEHOUSE_ADMISSION_WAIT_MS: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 600_000,
        description:
          'Milliseconds that a password check may be expected to wait for its turn, by what checks took lately; one that would wait longer is answered 503 with Retry-After. New sign-ins are turned away from a quarter of it (docs/operations/overload.md). Absent: 1500, with the embedded database 4000.',
      }),
    ),
    GATEHOUSE_ADMISSION_DELAY_MS: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        description:
          'Milliseconds that the event loop may be late on average, while several requests are under way, before the first new sign-ins are turned away; at twice as many all of them are. Absent: 20, with the embedded database 60.',
      }),
    ),
    GATEHOUSE_KEY_DAYS: Type.Integer({
      default: 90,
      minimum: 0,
      maximum: 3650,
      description: 'Days after which the key that signs tokens is replaced. 0: by `gatehouse keys rotate` only.',
    }),
    GATEHOUSE_KEY_SET_SECONDS: Type.Integer({
      default: 3600,
      minimum: 0,
      maximum: 86_400,
      description:
        'Seconds that applications may keep the public keys. A new key is published for this long before it signs.',
    }),
    GATEHOUSE_REFUSAL_MS: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10_000,
        description:
          'Milliseconds after which every refused sign-in is answered. Absent: measured at start and while running, which is better.',
      }),
    ),
    GATEHOUSE_SCAN_SECONDS: Type.Integer({
      default: 300,
      minimum: 5,
      maximum: 86_400,
      description: 'Seconds between two full scans of the legacy stores for the username index.',
    }),
    GATEHOUSE_FETCH_ALLOWED: Type.String({
      default: '',
      pattern: String.raw`^([^\s,/@]+:\d{1,5}(,[^\s,/@]+:\d{1,5})*)?$`,
      description:
        'host:port of applications inside, separated by commas, that may be told of sign-outs at a private address or by http. Everything else is asked by https at public addresses only.',
    }),
    GATEHOUSE_TRUSTED_HOPS: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 10,
      description: 'Proxies in front whose X-Forwarded-For entry is believed. 0: the socket address is the client.',
    }),
    GATEHOUSE_REQUEST_TIMEOUT_MS: Type.Integer({
      default: 30_000,
      minimum: 100,
      maximum: 600_000,
      description:
        'Milliseconds in which a whole request must have come; its head in a third of that. What is slower is answered 408 and closed.',
    }),
    GATEHOUSE_STALL_TIMEOUT_MS: Type.Integer({
      default: 60_000,
      minimum: 100,
      maximum: 600_000,
      description:
        'Milliseconds after which a connection is closed on which nothing moves while a request or its answer is under way.',
    }),
    GATEHOUSE_IDLE_TIMEOUT_MS: Type.Integer({
      default: 72_000,
      minimum: 0,
      maximum: 600_000,
      description:
        'Milliseconds that a connection is kept open between two requests. Longer than the proxy in front keeps it, which is often 60 seconds.',
    }),
    GATEHOUSE_CONNECTIONS: Type.Integer({
      default: 10_000,
      minimum: 1,
      maximum: 1_000_000,
      description: 'Connections that a process has open at one time; one more is closed at once.',
    }),
    GATEHOUSE_THROTTLE_TRIES: Type.Integer({
      default: 10,
      minimum: 1,
      maximum: 100,
      description: 'Wrong passwords of one name from one network, or from one known browser, before the first wait.',
    }),
    GATEHOUSE_THROTTLE_FIRST_WAIT_SECONDS: Type.Integer({
      default: 60,
      minimum: 1,
      maximum: 3600,
      description: 'Seconds of the first wait; each further wrong password doubles it.',
    }),
    GATEHOUSE_THROTTLE_LONGEST_WAIT_SECONDS: Type.Integer({
      default: 900,
      minimum: 1,
      maximum: 86_400,
      description: 'Seconds that no wait of one name exceeds.',
    }),
    GATEHOUSE_THROTTLE_CLOSE_TRIES: Type.Integer({
      default: 90,
      minimum: 1,
      maximum: 100,
      description:
        'Wrong passwords of one name in a row, from all networks together, after which its password opens nothing but on known browsers until a new one is chosen.',
    }),
    GATEHOUSE_THROTTLE_CLOSED_SECONDS: Type.Integer({
      default: 2_592_000,
      minimum: 3600,
      maximum: 31_536_000,
      description: 'Seconds after which a closed name opens again when nobody chose a new password.',
    }),
    GATEHOUSE_THROTTLE_NETWORK_TRIES: Type.Integer({
      default: 100,
      minimum: 1,
      maximum: 1_000_000,
      description:
        'Wrong passwords and codes from one network (an IPv4 address, an IPv6 /64) in an hour, after which it is asked for work.',
    }),
    GATEHOUSE_THROTTLE_NETWORK_LIMIT: Type.Integer({
      default: 1000,
      minimum: 1,
      maximum: 1_000_000,
      description: 'The same, after which it waits with work too.',
    }),
    GATEHOUSE_THROTTLE_NETWORK_LOOK_UPS: Type.Integer({
      default: 300,
      minimum: 1,
      maximum: 1_000_000,
      description:
        'Usernames that one network is told where they lead in an hour, in workspaces that redirect; then one after the other, at the pace below.',
    }),
    GATEHOUSE_THROTTLE_DOOR_REFUSALS: Type.Integer({
      default: 3000,
      minimum: 1,
      maximum: 10_000_000,
      description:
        'Refused sign-ins at one organization’s address, or at a workspace’s own, in ten minutes, after which everybody there is asked for work.',
    }),
    GATEHOUSE_THROTTLE_PACE_SECONDS: Type.Integer({
      default: 30,
      minimum: 1,
      maximum: 3600,
      description: 'Seconds between two tries of a network that should do work and does none.',
    }),
    GATEHOUSE_THROTTLE_WORK: Type.Integer({
      default: 256,
      minimum: 1,
      maximum: 65_536,
      description: 'Numbers a browser tries at most for one piece of work, at about a millisecond each.',
    }),
    GATEHOUSE_THROTTLE_MESSAGES: Type.Integer({
      default: 5,
      minimum: 1,
      maximum: 100,
      description: 'Messages to one person in an hour that one network, or one known browser, can ask for.',
    }),
    GATEHOUSE_THROTTLE_MESSAGES_IN_ALL: Type.Integer({
      default: 10,
      minimum: 1,
      maximum: 1000,
      description: 'Messages to one person in an hour, whoever asks.',
    }),
    GATEHOUSE_THROTTLE_MESSAGE_GAP_SECONDS: Type.Integer({
      default: 30,
      minimum: 0,
      maximum: 600,
      description: 'Seconds until another message to the same person can be asked for.',
    }),
    GATEHOUSE_THROTTLE_NETWORK_MESSAGES: Type.Integer({
      default: 60,
      minimum: 1,
      maximum: 1_000_000,
      description: 'Messages that one network can ask for in an hour, to whomever.',
    }),
    GATEHOUSE_METRICS_PORT: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65_535,
        description:
          'Port of /metrics, for Prometheus (docs/operations/metrics.md). Absent: no metrics. Whoever can reach it reads it.',
      }),
    ),
    GATEHOUSE_METRICS_HOST: Type.String({
      default: 'localhost',
      description: 'Address on which the port of the metrics listens.',
    }),
    OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(
      Type.String({
        pattern: String.raw`^https?://[^\s?#@]+$`,
        description:
          'Collector of traces (docs/operations/traces.md), asked by OTLP over HTTP at this address and `/v1/traces`. Absent: no traces.',
      }),
    ),
    OTEL_EXPORTER_OTLP_HEADERS: Type.Optional(
      Type.String({
        pattern: String.raw`^[\w!#$%&'*+.^\x60|~-]+=[\x21-\x2b\x2d-\x7e]*(,[\w!#$%&'*+.^\x60|~-]+=[\x21-\x2b\x2d-\x7e]*)*$`,
        description:
          'Headers that the collector wants, such as its key: `name=value` with percent escapes, separated by commas.',
      }),
    ),
    OTEL_SERVICE_NAME: Type.String({
      default: 'gatehouse',
      maxLength: 100,
      description: 'How this server is called in traces.',
    }),
    GATEHOUSE_TRACES_PERCENT: Type.Integer({
      default: 100,
      minimum: 0,
      maximum: 100,
      description: 'Of a hundred requests and jobs, how many are told to the collector.',
    }),
    GATEHOUSE_TRACES_PARENT: Type.Union([Type.Literal('link'), Type.Literal('follow')], {
      default: 'link',
      description:
        'What the `traceparent` of a request is to us. `follow`: our trace goes on with it, which needs GATEHOUSE_TRUSTED_HOPS, and a proxy that lets none of a client through. `link`: our trace is our own and names the other.',
    }),
    GATEHOUSE_LOG_LEVEL: Type.Union(
      [
        Type.Literal('debug'),
        Type.Literal('info'),
        Type.Literal('warn'),
        Type.Literal('error'),
        Type.Literal('silent'),
      ],
      { default: 'info', description: 'Least severe log line that is written.' },
    ),
  },
  { additionalProperties: true },
)

type Settings = Static<typeof settings>

/** What slows guessing down; docs/throttling.md says what each is for. */
export interface ThrottleSettings {
  readonly tries: number
  readonly firstWaitSeconds: number
  readonly longestWaitSeconds: number
  readonly closeTries: number
  readonly closedSeconds: number
  readonly networkTries: number
  readonly networkLimit: number
  readonly networkLookUps: number
  readonly doorRefusals: number
  readonly paceSeconds: number
  /** Numbers to try at most. */
  readonly work: number
  readonly messages: number
  readonly messagesInAll: number
  readonly messageGapSeconds: number
  readonly networkMessages: number
}

/** How long connections may take, and how many there may be. */
export interface ConnectionSettings {
  /** For a whole request to have come. */
  readonly requestMilliseconds: number
  /** Without anything moving. */
  readonly stallMilliseconds: number
  /** Between two requests. */
  readonly idleMilliseconds: number
  readonly most: number
}

/** When somebody is turned away; docs/operations/overload.md says what for. */
export interface AdmissionSettings {
  /** For a password check. */
  readonly mostWaitMilliseconds: number
  /** Of the event loop. */
  readonly delayMilliseconds: number
}

const usualAdmission: AdmissionSettings = { mostWaitMilliseconds: 1500, delayMilliseconds: 20 }
/**
 * The embedded database works in the event loop and takes one statement at a time: eight people at once make it as late
 * as hundreds do elsewhere, and would rather wait for a second or two than come again in five.
 */
const embeddedAdmission: AdmissionSettings = { mostWaitMilliseconds: 4000, delayMilliseconds: 60 }

export interface TracesSettings {
  /** Without a slash at its end. */
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
  readonly serviceName: string
  readonly percent: number
  readonly followsParent: boolean
}

export interface Config {
  readonly origin: string
  readonly isSecure: boolean
  readonly host: string
  readonly port: number
  readonly dataFolder: string
  readonly databaseUrl: string | undefined
  readonly processes: number
  readonly databasePoolSize: number
  readonly databasePoolQueue: number
  readonly vaultSecret: string | undefined
  readonly smtpUrl: string | undefined
  readonly mailFrom: string
  readonly provisionFile: string | undefined
  readonly legacyStoresFile: string | undefined
  readonly hashThreads: number
  readonly admission: AdmissionSettings
  readonly connections: ConnectionSettings
  readonly keyDays: number
  readonly keySetSeconds: number
  /** Undefined: calibrated. */
  readonly refusalMilliseconds: number | undefined
  readonly scanSeconds: number
  readonly trustedHops: number
  readonly throttle: ThrottleSettings
  readonly fetchAllowed: readonly string[]
  /** Undefined: no metrics. */
  readonly metricsPort: number | undefined
  readonly metricsHost: string
  /** Undefined: no traces, and nothing of them is loaded. */
  readonly traces: TracesSettings | undefined
  readonly logLevel: Settings['GATEHOUSE_LOG_LEVEL']
}

/** Something in the surroundings that stops the start; its message is one line that says what to do. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

/** Those that are a choice among words, by name. */
const choices: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  (['GATEHOUSE_LOG_LEVEL', 'GATEHOUSE_TRACES_PARENT'] as const).map((name) => [
    name,
    settings.properties[name].anyOf.map((one) => one.const),
  ]),
)

/**
 * Reads the settings from an environment.
 *
 * @throws StartError naming the first setting that cannot be read, its value left out
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries(settings.properties)) {
    const value = environment[name]
    if (value === undefined || value === '') continue
    // Decimal digits only: a general conversion would take "true" for 1, " " for 0, and cut 80.5 to 80.
    given[name] = Type.IsInteger(setting) && /^-?\d{1,15}$/.test(value) ? Number(value) : value
  }
  const converted = Value.Default(settings, given)
  if (!Value.Check(settings, converted)) {
    const [error] = Value.Errors(settings, converted)
    const name = error?.instancePath.replace(/^\//, '') ?? 'a setting'
    // A choice among words fails once for each of them; the person wants to see the words.
    const words = choices[name]
    const must = words ? `must be one of ${words.join(', ')}` : (error?.message ?? 'is not valid')
    throw new StartError(`${name} cannot be used: it ${must}. See docs/configuration.md.`)
  }
  if (URL.parse(converted.GATEHOUSE_URL)?.origin !== converted.GATEHOUSE_URL) {
    throw new StartError(
      'GATEHOUSE_URL cannot be used: it must be an origin as browsers write it, in lower case and without a default port. See docs/configuration.md.',
    )
  }
  if (converted.GATEHOUSE_PROCESSES > 1 && converted.DATABASE_URL === undefined) {
    throw new StartError(
      'GATEHOUSE_PROCESSES cannot be used: the embedded database is opened by one process. Set DATABASE_URL, or one process.',
    )
  }
  if (converted.GATEHOUSE_TRACES_PARENT === 'follow' && converted.GATEHOUSE_TRUSTED_HOPS === 0) {
    throw new StartError(
      'GATEHOUSE_TRACES_PARENT cannot be used: without GATEHOUSE_TRUSTED_HOPS anybody could write the parent of a trace.',
    )
  }
  const admission = converted.DATABASE_URL === undefined ? embeddedAdmission : usualAdmission
  return {
    origin: converted.GATEHOUSE_URL,
    isSecure: converted.GATEHOUSE_URL.startsWith('https:'),
    host: converted.GATEHOUSE_HOST,
    port: converted.GATEHOUSE_PORT,
    dataFolder: resolve(converted.GATEHOUSE_DATA),
    databaseUrl: converted.DATABASE_URL,
    processes: converted.GATEHOUSE_PROCESSES,
    databasePoolSize: converted.DATABASE_POOL_SIZE,
    databasePoolQueue: converted.DATABASE_POOL_QUEUE,
    vaultSecret: converted.GATEHOUSE_VAULT_SECRET,
    smtpUrl: converted.GATEHOUSE_SMTP_URL,
    mailFrom: converted.GATEHOUSE_MAIL_FROM,
    provisionFile: converted.GATEHOUSE_PROVISION_FILE,
    legacyStoresFile: converted.GATEHOUSE_LEGACY_STORES_FILE,
    hashThreads: converted.GATEHOUSE_HASH_THREADS,
    connections: {
      requestMilliseconds: converted.GATEHOUSE_REQUEST_TIMEOUT_MS,
      stallMilliseconds: converted.GATEHOUSE_STALL_TIMEOUT_MS,
      idleMilliseconds: converted.GATEHOUSE_IDLE_TIMEOUT_MS,
      most: converted.GATEHOUSE_CONNECTIONS,
    },
    admission: {
      mostWaitMilliseconds: converted.GATEHOUSE_ADMISSION_WAIT_MS ?? admission.mostWaitMilliseconds,
      delayMilliseconds: converted.GATEHOUSE_ADMISSION_DELAY_MS ?? admission.delayMilliseconds,
    },
    refusalMilliseconds: converted.GATEHOUSE_REFUSAL_MS,
    keyDays: converted.GATEHOUSE_KEY_DAYS,
    keySetSeconds: converted.GATEHOUSE_KEY_SET_SECONDS,
    scanSeconds: converted.GATEHOUSE_SCAN_SECONDS,
    trustedHops: converted.GATEHOUSE_TRUSTED_HOPS,
    throttle: {
      tries: converted.GATEHOUSE_THROTTLE_TRIES,
      firstWaitSeconds: converted.GATEHOUSE_THROTTLE_FIRST_WAIT_SECONDS,
      longestWaitSeconds: converted.GATEHOUSE_THROTTLE_LONGEST_WAIT_SECONDS,
      closeTries: converted.GATEHOUSE_THROTTLE_CLOSE_TRIES,
      closedSeconds: converted.GATEHOUSE_THROTTLE_CLOSED_SECONDS,
      networkTries: converted.GATEHOUSE_THROTTLE_NETWORK_TRIES,
      networkLimit: converted.GATEHOUSE_THROTTLE_NETWORK_LIMIT,
      networkLookUps: converted.GATEHOUSE_THROTTLE_NETWORK_LOOK_UPS,
      doorRefusals: converted.GATEHOUSE_THROTTLE_DOOR_REFUSALS,
      paceSeconds: converted.GATEHOUSE_THROTTLE_PACE_SECONDS,
      work: converted.GATEHOUSE_THROTTLE_WORK,
      messages: converted.GATEHOUSE_THROTTLE_MESSAGES,
      messagesInAll: converted.GATEHOUSE_THROTTLE_MESSAGES_IN_ALL,
      messageGapSeconds: converted.GATEHOUSE_THROTTLE_MESSAGE_GAP_SECONDS,
      networkMessages: converted.GATEHOUSE_THROTTLE_NETWORK_MESSAGES,
    },
    fetchAllowed: converted.GATEHOUSE_FETCH_ALLOWED.split(',').filter((host) => host !== ''),
    metricsPort: converted.GATEHOUSE_METRICS_PORT,
    metricsHost: converted.GATEHOUSE_METRICS_HOST,
    traces: tracesSettings(converted),
    logLevel: converted.GATEHOUSE_LOG_LEVEL,
  }
}

function tracesSettings(converted: Settings): TracesSettings | undefined {
  const endpoint = converted.OTEL_EXPORTER_OTLP_ENDPOINT
  if (endpoint === undefined) return undefined
  return {
    endpoint: endpoint.endsWith('/') ? endpoint.slice(0, -1) : endpoint,
    headers: readHeaders(converted.OTEL_EXPORTER_OTLP_HEADERS ?? ''),
    serviceName: converted.OTEL_SERVICE_NAME,
    percent: converted.GATEHOUSE_TRACES_PERCENT,
    followsParent: converted.GATEHOUSE_TRACES_PARENT === 'follow',
  }
}

/** As W3C Baggage writes a list, which is what OpenTelemetry's exporter specification asks for. */
function readHeaders(list: string): Readonly<Record<string, string>> {
  try {
    const pairs = list.split(',').filter((pair) => pair !== '')
    return Object.fromEntries(
      pairs.map((pair) => {
        const at = pair.indexOf('=')
        return [decodeURIComponent(pair.slice(0, at)), decodeURIComponent(pair.slice(at + 1))]
      }),
    )
  } catch {
    throw new StartError(
      'OTEL_EXPORTER_OTLP_HEADERS cannot be used: a percent sign must begin an escape. See docs/configuration.md.',
    )
  }
}
