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

const hostedPage = {
  authorizationEndpoint: 'https://login.example/authorize',
  issuer: 'https://login.example',
  clientId: 'gatehouse',
}

let browser: Browser
let house: Installation
let server: ServerProcess
let origin = ''
const open: BrowserContext[] = []

beforeAll(async () => {
  const port = await freePort()
  origin = `http://gatehouse.localhost:${port}`
  house = await makeInstallation({ GATEHOUSE_URL: origin, GATEHOUSE_PORT: String(port) }, [], {
    presentation: 'redirect',
    hostedPage,
  })
  server = await startServer({
    environment: { ...house.environment, GATEHOUSE_DATA: await house.dataFolder('redirect') },
  })
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

/** The username page; what the browser refuses by our policy is in `complaints`. */
async function usernamePage(
  javaScriptEnabled: boolean,
): Promise<{ readonly page: Page; readonly complaints: string[] }> {
  const context = await browser.newContext({ javaScriptEnabled, reducedMotion: 'reduce' })
  open.push(context)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) complaints.push(message.text())
  })
  await page.goto(origin + authorization('jwt').url)
  return { page, complaints }
}

/** Presses Continue. @returns the address that the browser asks the hosted page for */
async function goToHostedPage(page: Page): Promise<URL> {
  const asked = page.waitForRequest((request) => request.url().startsWith(`${hostedPage.authorizationEndpoint}?`))
  await page.getByRole('button', { name: 'Continue' }).click()
  const address = new URL((await asked).url())
  // Nobody is there: Chromium shows its own page, and is done with the address only then.
  await page.waitForURL(/^chrome-error:/)
  return address
}

describe.each([
  ['with scripts', true],
  ['without scripts', false],
])('a workspace that redirects, %s', (_how, hasScripts) => {
  it('leads to the hosted page under the strict policy, back to the name, and in place to a legacy password (EN03, HD09)', async () => {
    const { page, complaints } = await usernamePage(hasScripts)
    const start = page.url()
    await page.getByLabel('Username').fill('nobody.here')
    const state = (await goToHostedPage(page)).searchParams.get('state') ?? ''

    // As by Back: the sign-in's own address, and on again from there.
    await page.goto(start)
    await see(page.getByText('login.example')).toBeVisible()
    await see(page.getByLabel('Username')).toHaveValue('nobody.here')
    expect((await goToHostedPage(page)).searchParams.get('state')).toBe(state)

    // Sent back by the hosted page, to another name.
    await page.goto(`${origin}/harbor/portal/sign-in/return?error=access_denied&state=${state}`)
    await page.getByRole('link', { name: 'Back to sign in' }).click()
    await see(page.getByLabel('Username')).toHaveValue('nobody.here')
    await page.getByLabel('Username').fill(legacyPerson.username)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByLabel('Password', { exact: true }).fill(legacyPerson.password)
    const returned = page.waitForRequest((request) => request.url().startsWith(`${portal.redirectUri}?code=`))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await returned
    expect(complaints).toEqual([])
  })
})
