import { expect as see } from '@playwright/test'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { authorization } from './processes/browser.ts'
import { freePort } from './processes/free-port.ts'
import { legacyPerson, makeInstallation, portal } from './processes/installation.ts'
import type { Installation } from './processes/installation.ts'
import { startServer } from './processes/server-process.ts'
import type { ServerProcess } from './processes/server-process.ts'

let browser: Browser
let house: Installation
let server: ServerProcess
let origin = ''
const open: BrowserContext[] = []

beforeAll(async () => {
  const port = await freePort()
  // A browser asks nobody where this is, and takes it for secure.
  origin = `http://gatehouse.localhost:${port}`
  house = await makeInstallation({
    GATEHOUSE_URL: origin,
    GATEHOUSE_PORT: String(port),
    GATEHOUSE_THROTTLE_NETWORK_TRIES: '1',
    GATEHOUSE_THROTTLE_PACE_SECONDS: '600',
  })
  server = await startServer({ environment: { ...house.environment, GATEHOUSE_DATA: await house.dataFolder('work') } })
  browser = await chromium.connect(inject('browserEndpoint'))
}, 120_000)

afterEach(async () => {
  await Promise.all(open.splice(0).map((context) => context.close()))
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
  await house?.remove()
})

async function passwordPage(
  javaScriptEnabled: boolean,
  username = legacyPerson.username,
): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> {
  const context = await browser.newContext({ javaScriptEnabled, reducedMotion: 'reduce' })
  open.push(context)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    // Nobody listens where the application would be.
    if (message.type() === 'error' && !message.text().includes('ERR_CONNECTION_REFUSED'))
      complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(origin + authorization('jwt').url)
  await page.getByLabel('Username').fill(username)
  await page.getByRole('button', { name: 'Continue' }).click()
  await see(page.getByLabel('Password', { exact: true })).toBeVisible()
  return { page, complaints }
}

async function send(page: Page, password: string): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

describe('a browser whose network has guessed too much', () => {
  it('works while the person types, under the strict policy, and signs in; without scripts it is told to wait (F70, HD09)', async () => {
    for (const name of ['sprayed.one', 'sprayed.two']) {
      const { page } = await passwordPage(true, name)
      await send(page, 'wrong')
      await see(page.getByText('do not match').first()).toBeVisible()
    }

    const { page: plain } = await passwordPage(false)
    // One try without work in ten minutes, for the whole network.
    await send(plain, 'wrong')
    await see(plain.getByText('do not match').first()).toBeVisible()
    await send(plain, legacyPerson.password)
    await see(plain.getByText('so your password was not checked yet')).toBeVisible()
    // The tool's own look at texts leaves out what stands in `noscript`.
    expect(await plain.locator('main').innerText()).toContain('Scripts do not run in your browser. Wait 10 minutes')
    await send(plain, legacyPerson.password)
    await see(plain.getByText('so your password was not checked yet')).toBeVisible()

    const { page, complaints } = await passwordPage(true)
    await see(page.locator('browser-work')).toHaveCount(1)
    const begun = performance.now()
    const returned = page.waitForRequest((request) => request.url().startsWith(`${portal.redirectUri}?code=`))
    await send(page, legacyPerson.password)
    await returned
    console.log(`work: signed in ${Math.round(performance.now() - begun)} ms after the form was sent`)
    expect(complaints).toEqual([])
  })
})
