import { chromium } from 'playwright-core'
import type { TestProject } from 'vitest/node'
import { findChromium } from './chromium.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Address for `chromium.connect`: one browser serves all files, each test opens a context of its own. */
    browserEndpoint: string
  }
}

/** Starts the one browser of this run and hands its address to every journey. */
export default async function startBrowser(project: TestProject): Promise<() => Promise<void>> {
  const found = await findChromium()
  if ('missing' in found) throw new Error(found.missing)
  const browser = await chromium.launchServer(found)
  project.provide('browserEndpoint', browser.wsEndpoint())
  return () => browser.close()
}
