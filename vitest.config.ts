import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// A zone with odd offsets (+12:45, +13:45 in summer), so that a mistake with time zones shows at home and not at a customer's.
process.env['TZ'] = 'Pacific/Chatham'

const execArgv = ['--disable-warning=ExperimentalWarning']

export default defineConfig({
  test: {
    // Processes, not threads: native password hashing and the embedded database want one of their own.
    pool: 'forks',
    maxWorkers: Math.min(4, availableParallelism()),
    projects: [
      {
        test: {
          name: 'server',
          include: ['packages/*/src/**/*.test.{ts,tsx}'],
          execArgv,
          testTimeout: 15_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'demo', include: ['demo/**/*.test.ts'], execArgv, testTimeout: 15_000, hookTimeout: 60_000 } },
      {
        test: {
          name: 'workshop',
          include: ['{scripts,bench,e2e}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.browser.test.ts'],
          execArgv,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['e2e/**/*.browser.test.ts'],
          globalSetup: ['e2e/global-setup.ts'],
          execArgv,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
