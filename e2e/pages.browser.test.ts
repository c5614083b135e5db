import AxeBuilder from '@axe-core/playwright'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from './chromium.ts'
import { startPagesServer } from './pages.server.ts'
import type { PagesServer } from './pages.server.ts'
import { brands, formProof, longUsername } from './pages.states.ts'

let browser: Browser
let server: PagesServer
const states: Record<string, string[]> = {}
const open: BrowserContext[] = []

beforeAll(async () => {
  const found = await findChromium()
  if ('missing' in found) throw new Error(found.missing)
  server = await startPagesServer()
  states['standard'] = server.show('standard', { brand: brands.standard, locale: 'en' })
  states['pale'] = server.show('pale', { brand: brands.pale, locale: 'en' })
  states['dark'] = server.show('dark', { brand: brands.dark, locale: 'en' })
  states['long'] = server.show('long', { brand: brands.long, locale: 'en', username: longUsername })
  states['es'] = server.show('es', { brand: brands.long, locale: 'es' })
  states['pseudo'] = server.show('pseudo', { brand: brands.standard, locale: 'en-XA' })
  states['rtl'] = server.show('rtl', { brand: brands.standard, locale: 'ar-XB' })
  browser = await chromium.launch(found)
}, 60_000)

afterEach(async () => {
  server.posted.length = 0
  await Promise.all(open.splice(0).map((context) => context.close()))
})

afterAll(async () => {
  await browser?.close()
  await server?.close()
})

/** A page in a context of its own. What the browser complains about (CSP, Trusted Types, errors) is in `complaints`. */
async function openPage(options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options })
  open.push(context)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return { page, complaints }
}

/** Opens a state and stays there: the continue page comes with an empty script, which would move on. */
async function visit(page: Page, look: string, state: string): Promise<void> {
  if (state === 'continue') {
    await page.route('**/*.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }), { times: 1 })
  }
  await page.goto(`${server.origin}/${look}/${state}`)
}

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe finds in both schemes. The markup is the same in both, so that the second run looks at colours only. */
async function violations(page: Page): Promise<string[]> {
  // Legacy mode: our pages have no frames, and without it each run opens a page of its own.
  await page.emulateMedia({ colorScheme: 'light' })
  const light = await new AxeBuilder({ page }).setLegacyMode(true).withTags(tags).analyze()
  await page.emulateMedia({ colorScheme: 'dark' })
  const colourRules = ['color-contrast', 'link-in-text-block']
  const dark = await new AxeBuilder({ page }).setLegacyMode(true).withRules(colourRules).analyze()
  return [...light.violations, ...dark.violations].map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`,
  )
}

describe('in light and dark, axe finds nothing to complain about', () => {
  it('on any page in any state', async () => {
    const found: Record<string, string[]> = {}
    const waiting = [...(states['standard'] ?? [])]
    const total = waiting.length
    let looked = 0
    const look = async () => {
      const { page, complaints } = await openPage({ viewport: { width: 1280, height: 800 } })
      for (let state = waiting.pop(); state; state = waiting.pop()) {
        await visit(page, 'standard', state)
        const list = [...(await violations(page)), ...complaints.splice(0)]
        if (list.length > 0) found[state] = list
        looked++
      }
    }
    await Promise.all([look(), look()])
    expect(found).toEqual({})
    expect(looked).toBe(total)
    // There are more than fifty states, and each is looked at twice.
  }, 240_000)

  it.each(['pale', 'dark', 'long', 'rtl'])('in the look "%s" on a small screen', async (look) => {
    const { page } = await openPage({ viewport: { width: 320, height: 640 } })
    for (const state of ['username-connections', 'password-wrong', 'reset-code-resent']) {
      await visit(page, look, state)
      expect(await violations(page)).toEqual([])
    }
  })
})

// Everything that the browser cuts off or lets stick out. Fields scroll by nature and are left out.
const lost = `(() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth
  const found = wide > 0 ? ['page is ' + wide + 'px too wide'] : []
  for (const element of document.body.querySelectorAll('*')) {
    if (element.matches('input, .unseen, .unseen *') || element.clientWidth === 0) continue
    if (element.scrollWidth > element.clientWidth + 1) found.push('too wide: ' + element.outerHTML.slice(0, 120))
    const cut = getComputedStyle(element).overflow !== 'visible' && element.scrollHeight > element.clientHeight + 1
    if (cut) found.push('cut off: ' + element.outerHTML.slice(0, 120))
  }
  return found
})()`

// The values of WCAG 2.2 §1.4.12, put on from outside as a reader's own style sheet would be.
const moreSpacing = `(() => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }')
  document.adoptedStyleSheets = [sheet]
})()`

const smallTargets = `[...document.querySelectorAll('a, button, input:not([type=hidden])')]
  .map((element) => ({ element, box: element.getBoundingClientRect() }))
  .filter(({ box }) => box.width < 44 || box.height < 44)
  .map(({ element, box }) => Math.round(box.width) + 'x' + Math.round(box.height) + ' ' + element.outerHTML.slice(0, 120))`

describe('at 320 px', () => {
  it.each(['standard', 'long', 'es', 'pseudo', 'rtl'])(
    'every page of the look "%s" fits, also with wider text spacing, and every target is 44 px or more (WCAG 2.2 §1.4.10, §1.4.12)',
    async (look) => {
      const { page } = await openPage({ viewport: { width: 320, height: 640 } })
      const found: Record<string, unknown> = {}
      for (const state of states[look] ?? []) {
        await visit(page, look, state)
        const plain = [...(await page.evaluate<string[]>(lost)), ...(await page.evaluate<string[]>(smallTargets))]
        await page.evaluate(moreSpacing)
        const spaced = await page.evaluate<string[]>(lost)
        if (plain.length + spaced.length > 0) found[state] = { plain, spaced }
      }
      expect(found).toEqual({})
    },
  )
})

describe('without scripts', () => {
  it('a person gives a username and a password, and nothing on the page needs more', async () => {
    const { page } = await openPage({ javaScriptEnabled: false })
    await visit(page, 'standard', 'username')
    await page.locator('#username:focus').waitFor()
    await page.keyboard.type('jane')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/done')
    await visit(page, 'standard', 'password')
    expect(await page.locator('.reveal').count()).toBe(0)
    await page.getByLabel('Password').fill('correct horse')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('**/done')
    const [first, second] = server.posted.map(({ fields }) => Object.fromEntries(fields))
    expect(first).toMatchObject({ username: 'jane', csrf: formProof })
    expect(second).toMatchObject({ username: 'jane.doe', password: 'correct horse' })
  })

  it('the summary of problems has the focus and leads to each field', async () => {
    const { page } = await openPage({ javaScriptEnabled: false })
    await visit(page, 'standard', 'reset-code-wrong')
    expect(await page.title()).toMatch(/^Error: /)
    expect(await page.locator('#problem:focus').count()).toBe(1)
    await page.getByRole('link', { name: 'Use at least 15 characters' }).click()
    expect(await page.locator('#new-password:focus').count()).toBe(1)
  })

  it('the continue page goes on by its button', async () => {
    const { page } = await openPage({ javaScriptEnabled: false })
    await visit(page, 'standard', 'continue')
    expect(server.posted).toHaveLength(0)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL('**/done')
    expect(server.posted).toHaveLength(1)
  })
})

type Sent = { isSent: boolean; words: string; isDisabled: boolean; fieldType: string }

// What the page looks like at the moment of each press. It is read inside the page, because a browser that is
// already on its way to the next page answers no questions.
const pressTwice = `(() => {
  const seen = []
  const [button, status, field] = ['.button', '.status', '#password'].map((selector) => document.querySelector(selector))
  addEventListener('submit', (event) => seen.push({
    isSent: !event.defaultPrevented, words: status.textContent, isDisabled: button.disabled, fieldType: field.type,
  }))
  button.click()
  button.click()
  return seen
})()`

describe('with scripts', () => {
  it('a password can be shown and hidden, and is sent from a password field', async () => {
    const { page, complaints } = await openPage()
    await visit(page, 'standard', 'password')
    const field = page.getByLabel('Password', { exact: true })
    await field.fill('correct horse')
    const show = page.getByRole('button', { name: 'Show password' })
    expect(await show.textContent()).toBe('Show')
    expect(await show.getAttribute('aria-controls')).toBe('password')
    await show.click()
    expect(await field.getAttribute('type')).toBe('text')
    expect(await page.getByRole('button', { name: 'Hide password' }).textContent()).toBe('Hide')

    const [first] = await page.evaluate<Sent[]>(pressTwice)
    expect(first).toMatchObject({ fieldType: 'password' })
    await page.waitForURL('**/done')
    expect(server.posted[0]?.fields.get('password')).toBe('correct horse')
    expect(complaints).toEqual([])
  })

  it('a press is answered at once in words, and a second press sends nothing', async () => {
    const { page } = await openPage()
    await visit(page, 'standard', 'password')
    const busy = { words: 'Signing in…', isDisabled: false, fieldType: 'password' }
    expect(await page.evaluate<Sent[]>(pressTwice)).toEqual([
      { ...busy, isSent: true },
      { ...busy, isSent: false },
    ])
    await page.waitForURL('**/done')
    expect(server.posted).toHaveLength(1)
  })

  it('signing out sends which button was pressed', async () => {
    const { page } = await openPage()
    for (const [button, logout] of [
      ['Sign out', 'yes'],
      ['Stay signed in', null],
    ] as const) {
      await visit(page, 'standard', 'sign-out')
      await page.getByRole('button', { name: button }).click()
      await page.waitForURL('**/done')
      expect(server.posted.at(-1)?.fields.get('logout')).toBe(logout)
    }
  })

  it('the continue page goes on by itself, and "Back" leads to the page before it', async () => {
    const { page } = await openPage()
    await visit(page, 'standard', 'username')
    await page.goto(`${server.origin}/standard/continue`, { waitUntil: 'commit' })
    await page.waitForURL('**/done')
    expect(server.posted).toHaveLength(1)
    await page.goBack()
    expect(page.url()).toBe(`${server.origin}/standard/username`)
  })

  it('every stop of the Tab key has a ring of at least 2 px in a colour of its own', async () => {
    const { page } = await openPage()
    await visit(page, 'standard', 'reset-code')
    const stops = await page.locator('a, button, input:not([type=hidden])').count()
    await page.getByLabel('Username').focus()
    for (let stop = 0; stop < stops; stop++) {
      const ring = await page.evaluate<{ width: number; style: string }>(
        `(({ outlineWidth, outlineStyle }) => ({ width: parseFloat(outlineWidth), style: outlineStyle }))(getComputedStyle(document.activeElement))`,
      )
      expect(ring).toEqual({ width: 3, style: 'solid' })
      if (stop < stops - 1) await page.keyboard.press('Tab')
    }
    expect(await page.locator('footer a:last-child:focus').count()).toBe(1)
  })
})
