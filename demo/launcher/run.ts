import { resolve } from 'node:path'
import { legacyStores } from '../legacy/stores.ts'
import { seedShards } from '../legacy/shards.ts'
import { createManagementClient, ManagementError } from '../management/management-client.ts'
import type { ManagementClient } from '../management/management-client.ts'
import { startOffice } from '../office/start-office.ts'
import { startChild, waitUntilReady } from './child.ts'
import type { Child } from './child.ts'
import { areUsersCreated, startFilling } from './create-pool-users.ts'
import type { Progress } from './create-pool-users.ts'
import { earlierChildrenGone, rememberChildren } from './earlier-children.ts'
import { folderTrouble, openDemoFolder } from './demo-folder.ts'
import type { DemoFolder } from './demo-folder.ts'
import { assertPortsFree, portTrouble } from './free-ports.ts'
import { clientIds, provisionFile } from './provision.ts'
import { openScreen } from './screen.ts'
import type { Screen } from './screen.ts'
import { ensureSecrets } from './secrets.ts'
import type { Secrets } from './secrets.ts'
import { readSettings, tenantId } from './settings.ts'
import type { Settings } from './settings.ts'
import { StartTrouble, systemCode } from './start-trouble.ts'
import { welcome } from './welcome.ts'
import { writeWhole } from './write-whole.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Everything that must be undone, the newest first. */
type Undo = (() => Promise<void> | void)[]

/**
 * Runs the whole demo until somebody stops it or a part of it ends.
 *
 * @returns the exit code: 0 when it was asked to stop
 */
export async function run(environment: Environment): Promise<number> {
  const screen = openScreen(environment)
  const stopping = new AbortController()
  const { promise: asked, resolve: ask } = Promise.withResolvers<number>()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => ask(0))

  const undo: Undo = []
  const running = startAll({ environment, screen, undo, signal: stopping.signal }).catch((error: unknown) => {
    if (stopping.signal.aborted) return 0
    screen.trouble(lineOf(error))
    return 1
  })
  const code = await Promise.race([asked, running])
  stopping.abort()
  screen.status('Stopping …')
  await running
  for (const step of undo.toReversed()) await step()
  screen.status('')
  return code
}

interface Stage {
  readonly environment: Environment
  readonly screen: Screen
  readonly undo: Undo
  readonly signal: AbortSignal
}

/** @returns 1 when a child ended by itself, after saying so; nothing else ends it but the signal */
async function startAll(stage: Stage): Promise<number> {
  const { screen, undo, signal } = stage
  const settings = readSettings(stage.environment)
  const folder = openDemoFolder(settings.folder)
  undo.push(() => folder.release())
  const onWaiting = (): void => screen.status('Waiting for the demo before this one to end …')
  await earlierChildrenGone(folder.childrenFile, onWaiting, signal)
  await assertPortsFree(settings.ports)
  signal.throwIfAborted()
  screen.status('Starting …')
  const secrets = prepareFolder(folder, settings)

  const { server, portal } = await startChildren(stage, settings, folder, secrets)
  const setup = managementClient(settings, clientIds.setup, secrets.setup, ['identity', 'manage_configuration'])
  const isFilled = areUsersCreated(folder.usersMarkFile, settings.databaseUrl)
  // Thirty thousand invented people are made here while the server starts on the other core.
  const filling = isFilled
    ? undefined
    : startFilling({ api: setup, tenantId, signal }, folder.usersMarkFile, settings.databaseUrl)
  await openOffice(stage, settings, secrets, filling?.progress)
  await waitUntilReady(server, `${settings.addresses.server}/health/ready`, signal)
  await Promise.race([portal.ready, endOf(portal)])
  if (settings.databaseUrl !== undefined) await assertOurDatabase(setup, folder)
  await filling?.firstPart()
  screen.print(welcome(settings, screen))

  const filled = filling
    ?.secondPart(() => screen.status(progressLine(filling.progress)))
    .then(
      () => screen.status(''),
      (error: unknown) => {
        if (signal.aborted) return
        filling.progress.trouble = lineOf(error)
        screen.trouble(`Not all users could be set up (${lineOf(error)}) The next npm start goes on from here.`)
      },
    )
  const end = await Promise.race([server.ended, portal.ended, aborted(signal)])
  if (end !== undefined && !signal.aborted) screen.trouble(end)
  if (signal.aborted) await filled
  return 1
}

function prepareFolder(folder: DemoFolder, settings: Settings): Secrets {
  try {
    const secrets = ensureSecrets(folder.secretsFile)
    seedShards(folder.shards)
    writeWhole(folder.legacyStoresFile, inJson(legacyStores(folder.shards)))
    writeWhole(folder.provisionFile, inJson(provisionFile(settings.addresses, secrets)))
    return secrets
  } catch (error) {
    if (error instanceof StartTrouble) throw error
    throw folderTrouble(folder.path, error)
  }
}

const inJson = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`
const repository = resolve(import.meta.dirname, '../..')

async function startChildren(
  { environment, undo }: Stage,
  { ports, addresses }: Settings,
  folder: DemoFolder,
  secrets: Secrets,
): Promise<{ readonly server: Child; readonly portal: Child }> {
  const server = await startChild({
    title: 'The Gatehouse server',
    entry: resolve(repository, 'packages/server/src/main.ts'),
    logFile: folder.logFile('server'),
    environment: {
      ...environment,
      GATEHOUSE_URL: addresses.server,
      GATEHOUSE_PORT: String(ports.server),
      GATEHOUSE_DATA: folder.server,
      GATEHOUSE_SMTP_URL: addresses.smtp,
      GATEHOUSE_MAIL_FROM: environment['GATEHOUSE_MAIL_FROM'] ?? 'Harborline Billing <no-reply@harborline.example>',
      GATEHOUSE_PROVISION_FILE: folder.provisionFile,
      GATEHOUSE_LEGACY_STORES_FILE: folder.legacyStoresFile,
      // The portal hears of sign-outs on this machine and by http.
      GATEHOUSE_FETCH_ALLOWED: new URL(addresses.portal).host,
    },
  })
  undo.push(() => server.stop())
  const portal = await startChild({
    title: 'The Biller Portal',
    entry: resolve(repository, 'demo/portal/main.ts'),
    logFile: folder.logFile('portal'),
    environment: {
      ...environment,
      PORTAL_URL: addresses.portal,
      OIDC_ISSUER: addresses.issuer,
      OIDC_CLIENT_ID: clientIds.portal,
      OIDC_CLIENT_SECRET: secrets.portal,
    },
  })
  undo.push(() => portal.stop())
  rememberChildren(
    folder.childrenFile,
    [server, portal].flatMap(({ pid }) => pid ?? []),
  )
  return { server, portal }
}

async function openOffice(
  { undo }: Stage,
  settings: Settings,
  secrets: Secrets,
  progress: Progress | undefined,
): Promise<void> {
  const { ports, addresses } = settings
  try {
    const office = await startOffice({
      addresses,
      ports,
      tenantId,
      api: managementClient(settings, clientIds.office, secrets.office, ['identity', 'view_audit_events']),
      crm: { clientId: clientIds.crm, secret: secrets.crm },
      filling: () => progress,
    })
    undo.push(() => office.close())
  } catch (error) {
    const port = error instanceof Error && 'port' in error ? Number(error.port) : ports.office
    const code = systemCode(error)
    if (code === 'EADDRINUSE' || code === 'EACCES') throw portTrouble(port, 'the demo office', code)
    throw error
  }
}

const managementClient = (
  { addresses }: Settings,
  clientId: string,
  clientSecret: string,
  scopes: readonly string[],
): ManagementClient => createManagementClient({ origin: addresses.server, tenantId, clientId, clientSecret, scopes })

/** A database outside the folder may be older than it; then it knows other secrets. */
async function assertOurDatabase(api: ManagementClient, folder: DemoFolder): Promise<void> {
  try {
    await api.request('GET', `/api/identity/${tenantId}/system/pools?limit=1`)
  } catch (error) {
    if (!(error instanceof ManagementError) || error.status !== 401) throw error
    throw new StartTrouble(
      `The database was set up by another demo (it does not know the secrets in ${folder.secretsFile}): give DATABASE_URL an empty database.`,
      { cause: error },
    )
  }
}

async function endOf(child: Child): Promise<never> {
  throw new StartTrouble(await child.ended)
}

async function aborted(signal: AbortSignal): Promise<undefined> {
  const { promise, resolve: done } = Promise.withResolvers<undefined>()
  if (signal.aborted) return undefined
  signal.addEventListener('abort', () => done(undefined), { once: true })
  return promise
}

const progressLine = ({ done, total }: Progress): string =>
  `  Setting up users of billers that moved: ${done} of ${total}`

function lineOf(error: unknown): string {
  if (error instanceof StartTrouble || error instanceof ManagementError) return error.message
  return `The demo could not go on: ${error instanceof Error ? error.message : String(error)}`
}
