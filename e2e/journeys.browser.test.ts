import AxeBuilder from '@axe-core/playwright'
import { expect as see } from '@playwright/test'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { billers } from '../demo/legacy/billers.ts'
import { guests } from '../demo/legacy/guests.ts'
import { startDemo } from './demo.ts'
import type { Demo } from './demo.ts'

let browser: Browser
let demo: Demo
const open: BrowserContext[] = []

beforeAll(async () => {
  demo = await startDemo()
  browser = await chromium.connect(inject('browserEndpoint'))
}, 120_000)

afterEach(async () => {
  await Promise.all(open.splice(0).map((context) => context.close()))
})

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
})

interface Visitor {
  readonly page: Page
  readonly context: BrowserContext
  /** What the browser complained about on the way: a policy that blocked something, an error. */
  readonly complaints: readonly string[]
}

async function visitor(javaScriptEnabled: boolean): Promise<Visitor> {
  const context = await browser.newContext({ javaScriptEnabled, reducedMotion: 'reduce' })
  open.push(context)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    // A refused password is answered 401, which the browser notes as a failed load; that is no complaint.
    if (message.type() === 'error' && !message.text().includes('status of 4')) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return { page, context, complaints }
}

const passwordOf = (username: string): string => {
  const guest = guests.find((candidate) => candidate.username === username)
  if (!guest) throw new Error(`no guest ${username}`)
  return guest.password
}

const customUrl = (username: string): string => {
  const biller = guests.find((candidate) => candidate.username === username)?.biller
  if (!biller) throw new Error(`no guest ${username}`)
  return `${demo.server}/b/${biller.id}`
}

async function giveName(page: Page, username: string, from = `${demo.portal}/sign-in`): Promise<void> {
  await page.goto(from)
  await page.getByLabel('Username').fill(username)
  await page.getByRole('button', { name: 'Continue' }).click()
}

const password = (page: Page) => page.getByLabel('Password', { exact: true })

async function givePassword(page: Page, text: string): Promise<void> {
  await password(page).fill(text)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

async function signIn(page: Page, username: string, from?: string): Promise<void> {
  await giveName(page, username, from)
  await givePassword(page, passwordOf(username))
}

async function assertInPortal(page: Page, username: string): Promise<void> {
  await see(page.getByRole('heading', { level: 1 })).toHaveText('Overview')
  await page.goto(`${demo.portal}/your-sign-in`)
  await see(page.getByText(username).first()).toBeVisible()
}

/** WCAG 2.2 AA, in both schemes and at 320 px, of the page as it stands. Needs scripts for axe itself. */
async function assertClean(page: Page): Promise<void> {
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const { violations } = await new AxeBuilder({ page })
      .setLegacyMode(true)
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze()
    found.push(
      ...violations.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes.map(({ html }) => html).join(' | ')}`),
    )
  }
  const size = page.viewportSize() ?? { width: 1280, height: 720 }
  await page.setViewportSize({ width: 320, height: 640 })
  const overflow = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  if (overflow > 0) found.push(`scrolls ${overflow} px sideways at 320 px`)
  await page.setViewportSize(size)
  expect(found, page.url()).toEqual([])
}

/** The newest mail to an address, read on the mailbox page as a person would. */
async function codeFor(address: string): Promise<string> {
  const { page } = await visitor(false)
  let code: string | undefined
  await see(async () => {
    await page.goto(`${demo.office}/mailbox`)
    const letter = page.locator('a.letter', { hasText: address }).first()
    await letter.click({ timeout: 1000 })
    code = /\b\d{6}\b/.exec((await page.locator('main').textContent()) ?? '')?.[0]
    expect(code).toBeDefined()
  }).toPass({ timeout: 15_000 })
  return code ?? ''
}

for (const [mode, hasScripts] of [
  ['with scripts', true],
  ['without scripts', false],
] as const) {
  describe(`a person signs in ${mode}`, () => {
    it('with a password that is still in the legacy store', async () => {
      const { page, complaints } = await visitor(hasScripts)
      await signIn(page, 'maria.delgado')
      await assertInPortal(page, 'maria.delgado')
      expect(complaints).toEqual([])
    })

    it('with a password that was moved into a pool', async () => {
      const { page } = await visitor(hasScripts)
      await signIn(page, 'leilani.kealoha')
      await assertInPortal(page, 'leilani.kealoha')
      await see(page.getByText(/new sign-in/i).first()).toBeVisible()
    })

    it('of a concurrent biller at the old address and at the new one, each by its own store', async () => {
      const old = await visitor(hasScripts)
      await signIn(old.page, 'priya.raman')
      await assertInPortal(old.page, 'priya.raman')
      await see(old.page.getByText(/earlier sign-in/i).first()).toBeVisible()
      const fresh = await visitor(hasScripts)
      await signIn(fresh.page, 'priya.raman', customUrl('priya.raman'))
      await assertInPortal(fresh.page, 'priya.raman')
      await see(fresh.page.getByText(/new sign-in/i).first()).toBeVisible()
    })

    it('and is refused in the same words whether the name exists or not, and can correct the name', async () => {
      const { page } = await visitor(hasScripts)
      await giveName(page, 'maria.delgadoo')
      await givePassword(page, 'not the password')
      const unknown = await page.locator('main').innerText()
      await page.getByRole('link', { name: 'Not you? Change username' }).click()
      await see(page.getByLabel('Username')).toHaveValue('maria.delgadoo')
      await page.getByLabel('Username').fill('maria.delgado')
      await page.getByRole('button', { name: 'Continue' }).click()
      await givePassword(page, 'not the password')
      expect((await page.locator('main').innerText()).replaceAll('maria.delgado', 'NAME')).toBe(
        unknown.replaceAll('maria.delgadoo', 'NAME'),
      )
      await see(password(page)).toHaveValue('')
      await givePassword(page, passwordOf('maria.delgado'))
      await assertInPortal(page, 'maria.delgado')
    })

    it('and is refused when locked or disabled, with the right password, in the same words', async () => {
      for (const username of ['t.bergstrom', 'shannon.oreilly']) {
        const { page } = await visitor(hasScripts)
        await signIn(page, username)
        await see(page.getByText('That username and password do not match.').first()).toBeVisible()
      }
    })

    it('and waits after ten wrong passwords', async () => {
      const { page } = await visitor(hasScripts)
      await giveName(page, `nobody.${mode.replaceAll(' ', '.')}`)
      for (let wrong = 0; wrong < 10; wrong += 1) await givePassword(page, `wrong ${wrong}`)
      await givePassword(page, 'wrong again')
      await see(page.getByRole('heading', { name: 'Too many attempts' })).toBeVisible()
      await see(page.getByText(/Try again in (1 minute|\d+ seconds)/)).toBeVisible()
    })

    it('and sees where, ends one of their sessions and then all others, from the portal’s own link', async () => {
      const places: Page[] = []
      for (let count = 0; count < 3; count += 1) {
        const { page } = await visitor(hasScripts)
        await signIn(page, 'leilani.kealoha')
        await assertInPortal(page, 'leilani.kealoha')
        places.push(page)
      }
      const [page, ...others] = places.toReversed()
      if (!page) throw new Error('nobody has signed in')
      await page.getByRole('link', { name: 'Your sign-ins' }).click()
      await see(page.getByRole('heading', { level: 1 })).toHaveText('Your sign-ins')
      await see(page.getByRole('heading', { name: 'Signed in' }).first()).toBeVisible()
      await page.getByRole('link', { name: 'Sessions and devices' }).click()
      const buttons = page.getByRole('button', { name: 'Sign out this device' })
      const before = await buttons.count()
      expect(before).toBeGreaterThanOrEqual(2)
      await see(page.getByText('This device', { exact: true })).toHaveCount(1)
      await buttons.first().click()
      await see(page.getByText('That device is signed out.')).toBeVisible()
      await see(buttons).toHaveCount(before - 1)
      await page.getByRole('button', { name: 'Sign out all other devices' }).click()
      await see(page.getByText('You are signed in on this device only.')).toBeVisible()
      for (const other of others) {
        await other.goto(`${demo.server}/harborline/portal/account`)
        await see(other.getByLabel('Username')).toBeVisible()
      }
      await page.goto(`${demo.server}/harborline/portal/account`)
      await see(page.getByRole('heading', { level: 1 })).toHaveText('Your account')
      if (hasScripts) await assertClean(page)
    })

    it('in a second tab without being asked again, and signs out of both', async () => {
      const { page, context } = await visitor(hasScripts)
      await signIn(page, 'noam.adler')
      await assertInPortal(page, 'noam.adler')
      const tab = await context.newPage()
      await tab.goto(`${demo.portal}/invoices`)
      await see(tab.getByRole('heading', { level: 1 })).toHaveText('Invoices')
      await tab.getByRole('button', { name: 'Sign out' }).first().click()
      // The portal shows the ID token of this very session, so nobody is asked whether they mean it.
      await see(tab.getByRole('heading', { level: 1 })).toHaveText('You are signed out')
      await page.goto(`${demo.portal}/invoices`)
      await see(page.getByLabel('Username')).toBeVisible()
    })

    it('after forgetting the password, with the code from the mailbox', async () => {
      const { page } = await visitor(hasScripts)
      const username = hasScripts ? 'ngozi.eze' : 'abe.tolliver'
      const address = await addressOf(username)
      const chosen = `a lantern on the quay ${hasScripts ? 1 : 2}`
      await giveName(page, username)
      await page.getByRole('link', { name: 'Forgot password?' }).click()
      await see(page.getByLabel('Username')).toHaveValue(username)
      await page.getByRole('button', { name: 'Email me a code' }).click()
      await see(page.getByRole('heading', { name: 'Check your email' })).toBeVisible()
      const code = await codeFor(address)
      await page.getByLabel('Code from the email').fill(`${code.slice(0, 3)} ${code.slice(3)}`)
      await page.getByLabel('New password', { exact: true }).fill(chosen)
      await page.getByRole('button', { name: 'Save new password' }).click()
      await see(page.getByRole('heading', { name: 'Your password is changed' })).toBeVisible()
      await page.getByRole('link', { name: 'Sign in' }).click()
      await giveNameHere(page, username)
      await givePassword(page, chosen)
      await assertInPortal(page, username)
    })
  })
}

/** The flow remembers the name that the password was reset for, or asks for it. */
async function giveNameHere(page: Page, username: string): Promise<void> {
  const name = page.getByLabel('Username')
  if (await name.isEditable()) {
    await name.fill(username)
    await page.getByRole('button', { name: 'Continue' }).click()
  }
}

async function addressOf(username: string): Promise<string> {
  const { namedPeople } = await import('../demo/legacy/named-people.ts')
  const { people } = await import('../demo/legacy/people.ts')
  const named = namedPeople.find((candidate) => candidate.username === username)
  const person = people().find((candidate) => candidate.username === named?.username)
  if (person?.email === undefined || person.email === null) throw new Error(`${username} has no address`)
  return person.email
}

describe('a password that may not stay', () => {
  it('is changed at the sign-in that proved it', async () => {
    const { page } = await visitor(true)
    await signIn(page, 'dr.feldman')
    await see(page.getByRole('heading', { name: 'Choose a new password' })).toBeVisible()
    await assertClean(page)
    await page.getByLabel('New password', { exact: true }).fill('passwordpassword')
    await page.getByRole('button', { name: 'Save new password' }).click()
    await see(page.getByRole('heading', { name: 'There is a problem' })).toBeVisible()
    await page.getByLabel('New password', { exact: true }).fill('eleven purple lanterns')
    await page.getByRole('button', { name: 'Save new password' }).click()
    await assertInPortal(page, 'dr.feldman')
  })

  it('is reset by mail when an administrator said so', async () => {
    const { page } = await visitor(false)
    await signIn(page, 'hodan.jama')
    await see(page.getByRole('heading', { name: 'Your password needs a reset' })).toBeVisible()
    await page.getByRole('button', { name: 'Email me a code' }).click()
    const code = await codeFor(await addressOf('hodan.jama'))
    await page.getByLabel('Code from the email').fill(code)
    await page.getByLabel('New password', { exact: true }).fill('seven green elephants')
    await page.getByRole('button', { name: 'Save new password' }).click()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await giveNameHere(page, 'hodan.jama')
    await givePassword(page, 'seven green elephants')
    await assertInPortal(page, 'hodan.jama')
  })
})

describe('the pages of a sign-in', () => {
  it('are clean in axe, light and dark, and fit 320 px, from the first to the last', async () => {
    const { page } = await visitor(true)
    await page.goto(`${demo.portal}/sign-in`)
    await assertClean(page)
    await page.getByRole('button', { name: 'Continue' }).click()
    await see(page.locator(':focus')).toContainText('There is a problem')
    await assertClean(page)
    await page.getByLabel('Username').fill('maria.delgado')
    await page.getByRole('button', { name: 'Continue' }).click()
    await assertClean(page)
    const passwordPage = page.url()
    await givePassword(page, 'wrong')
    await assertClean(page)
    await page.getByRole('link', { name: 'Forgot password?' }).click()
    await assertClean(page)
    await page.goto(passwordPage)
    await page.getByRole('link', { name: 'Forgot username?' }).click()
    await assertClean(page)
    await page.getByLabel('Email address').fill('who@nowhere.example')
    await page.getByRole('button', { name: 'Email me my username' }).click()
    await assertClean(page)
    await page.goto(`${demo.server}/harborline/portal/sign-in/gone`)
    await assertClean(page)
    await page.goto(`${demo.server}/b/00000000-0000-4000-8000-000000000000`)
    await assertClean(page)
  })

  it('of the portal, the office, the mailbox and the events are clean too', async () => {
    const { page } = await visitor(true)
    await signIn(page, 'desmond.epps')
    for (const path of ['/', '/invoices', '/payers', '/settings', '/your-sign-in']) {
      await page.goto(`${demo.portal}${path}`)
      await assertClean(page)
    }
    for (const path of ['/', '/mailbox', '/events', '/billers']) {
      await page.goto(`${demo.office}${path}`)
      await assertClean(page)
    }
  })

  it('wear the workspace at the bare address and the biller at its own (architecture §6.1)', async () => {
    const { page } = await visitor(false)
    await giveName(page, 'priya.raman')
    const biller = guests.find((guest) => guest.username === 'priya.raman')?.biller
    const bare = await page.content()
    expect(bare).not.toContain(biller?.name ?? 'no biller')
    await giveName(page, 'somebody', customUrl('priya.raman'))
    await see(page.getByText(biller?.name ?? 'no biller').first()).toBeVisible()
  })

  it('speak Spanish to whoever asks for it', async () => {
    const { page } = await visitor(false)
    await page.goto(`${demo.portal}/sign-in`)
    await page.getByRole('link', { name: 'Español' }).click()
    await see(page.locator('html')).toHaveAttribute('lang', 'es')
    await page.getByLabel('Nombre de usuario').fill('maria.delgado')
    await page.locator('main form button').click()
    await see(page.locator('html')).toHaveAttribute('lang', 'es')
  })

  it('take every hash format of the old systems', async () => {
    for (const { username, situation } of guests.filter(
      (guest) => guest.situation.startsWith('Legacy') || guest.situation.startsWith('User name'),
    )) {
      if (['ngozi.eze', 'abe.tolliver'].includes(username)) continue
      const { page } = await visitor(false)
      await signIn(page, username)
      await see(page.getByRole('heading', { level: 1 }), situation).toHaveText('Overview')
    }
    expect(billers).toHaveLength(24)
  })

  it('say in the event list why somebody was refused', async () => {
    const { page } = await visitor(false)
    await signIn(page, 't.bergstrom')
    await see(page.getByText('That username and password do not match.').first()).toBeVisible()
    await page.goto(`${demo.office}/events`)
    await see(page.getByRole('row').nth(1)).toContainText(/locked/i)
  })
})
