import { buildPortal } from './portal-app.ts'

/** The portal as a process of its own. Whatever is missing or taken ends it with one line. */
async function main(): Promise<void> {
  const origin = setting('PORTAL_URL')
  const app = await buildPortal({
    origin,
    issuer: setting('OIDC_ISSUER'),
    clientId: setting('OIDC_CLIENT_ID'),
    clientSecret: setting('OIDC_CLIENT_SECRET'),
    now: Date.now,
    logError: (error) => console.log(new Date().toISOString(), error),
  })
  let isStopping = false
  const stop = (): void => {
    if (isStopping) return
    isStopping = true
    void app.close().finally(() => process.exit(0))
  }
  for (const name of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.on(name, stop)
  // Whoever started us may have gone before anybody listened.
  if (process.channel === null) {
    stop()
    return
  }
  await app.listen({ port: Number(new URL(origin).port || 80), host: 'localhost' })
  process.send?.('ready')
}

function setting(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set.`)
  return value
}

main().catch((error: unknown) => {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  const words = isTaken
    ? 'its port is taken by another program.'
    : error instanceof Error
      ? error.message
      : String(error)
  process.stderr.write(`The Biller Portal cannot start: ${words}\n`)
  process.exit(1)
})
