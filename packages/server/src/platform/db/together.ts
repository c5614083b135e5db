import type { ConnectionProvider, DatabaseConnection } from 'kysely'

/**
 * Gives those who ask in the same turn of the event loop one connection: reads that are asked for together travel together.
 * Not for transactions, which want a connection to themselves.
 */
export function together(provider: ConnectionProvider): ConnectionProvider {
  let current: Shared | undefined
  return {
    async provideConnection(consumer) {
      const shared = (current ??= share(provider))
      process.nextTick(() => {
        if (current === shared) current = undefined
      })
      shared.users += 1
      try {
        return await consumer(await shared.connection)
      } finally {
        shared.users -= 1
        if (shared.users === 0) {
          if (current === shared) current = undefined
          shared.letGo()
        }
      }
    },
  }
}

interface Shared {
  readonly connection: Promise<DatabaseConnection>
  users: number
  letGo(): void
}

function share(provider: ConnectionProvider): Shared {
  const given = Promise.withResolvers<DatabaseConnection>()
  const done = Promise.withResolvers<void>()
  provider
    .provideConnection((connection) => {
      given.resolve(connection)
      return done.promise
    })
    .catch((error: unknown) => given.reject(error))
  return { connection: given.promise, users: 0, letGo: () => done.resolve() }
}
