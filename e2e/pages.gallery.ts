// Renders every page in every state to PNG files, to be looked at by people.
// Usage: node e2e/pages.gallery.ts OUTDIR [part of a file name]
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { findChromium } from './chromium.ts'
import { startPagesServer } from './pages.server.ts'
import { brands, longUsername } from './pages.states.ts'
import type { Look } from './pages.states.ts'

const [folder, part = ''] = process.argv.slice(2)
if (!folder) throw new Error('usage: node e2e/pages.gallery.ts OUTDIR [part of a file name]')

const looks: Record<string, Look> = {
  standard: { brand: brands.standard, locale: 'en' },
  pale: { brand: brands.pale, locale: 'en' },
  dark: { brand: brands.dark, locale: 'en' },
  long: { brand: brands.long, locale: 'en', username: longUsername },
  es: { brand: brands.standard, locale: 'es' },
  pseudo: { brand: brands.standard, locale: 'en-XA' },
  rtl: { brand: brands.standard, locale: 'ar-XB' },
}

const found = await findChromium()
if ('missing' in found) throw new Error(found.missing)
await mkdir(folder, { recursive: true })
const server = await startPagesServer()
const browser = await chromium.launch(found)
let count = 0
for (const [name, look] of Object.entries(looks)) {
  const states = server.show(name, look)
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [320, 1280]) {
      const wanted = states.filter((state) => `${name}.${state}.${colorScheme}.${width}`.includes(part))
      if (wanted.length === 0) continue
      const context = await browser.newContext({
        colorScheme,
        viewport: { width, height: 800 },
        reducedMotion: 'reduce',
      })
      // The script would carry the continue page away from the camera.
      await context.route('**/flow/**', (route) => route.abort())
      const page = await context.newPage()
      for (const state of wanted) {
        await page.goto(`${server.origin}/${name}/${state}`)
        await page.screenshot({ path: join(folder, `${name}.${state}.${colorScheme}.${width}.png`), fullPage: true })
        count++
      }
      await context.close()
    }
  }
}
await browser.close()
await server.close()
console.log(`${count} pictures in ${folder}`)
