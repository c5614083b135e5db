import { readFileSync } from 'node:fs'
import { wcagContrast } from 'culori'
import { describe, expect, it } from 'vitest'
import { surfaceColours } from '../../surfaces/browser/pages/index.ts'
import { brandSheet, brandTokens, defaultBrand, readBrandColour } from './index.ts'

const schemes = ['light', 'dark'] as const

/** Colours spread over the whole cube in a fixed order, so that a failure can be found again (a linear congruence). */
function* colours(count: number): Generator<string> {
  let state = 20_261_121
  for (let index = 0; index < count; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield `#${(state >>> 8).toString(16).padStart(6, '0')}`
  }
}

const corners = ['#000000', '#ffffff', '#ff0000', '#00ff00', '#0000ff', '#ffff00', '#00ffff', '#ff00ff', '#808080']

describe('brand colours', () => {
  it('can be read on page and card in both schemes, whatever the brand colour is (WCAG 2.2 §1.4.3, §1.4.11)', () => {
    const failures: string[] = []
    for (const colour of [...corners, defaultBrand.colour, ...colours(3000)]) {
      for (const scheme of schemes) {
        const tokens = brandTokens(colour, scheme)
        const onSurfaces = (token: string) =>
          Math.min(...Object.values(surfaceColours[scheme]).map((surface) => wcagContrast(token, surface)))
        const holds =
          tokens.fill === colour &&
          wcagContrast(tokens.onFill, tokens.fill) >= 4.5 &&
          wcagContrast(tokens.onFill, tokens.fillHover) >= 4.5 &&
          onSurfaces(tokens.link) >= 4.5 &&
          onSurfaces(tokens.focus) >= 3 &&
          onSurfaces(tokens.fillBorder) >= 3
        if (!holds) failures.push(`${colour} ${scheme} ${JSON.stringify(tokens)}`)
      }
    }
    expect(failures).toEqual([])
  })

  it('stay as they are where they can be read already', () => {
    expect(brandTokens('#003366', 'light')).toMatchObject({ link: '#003366', focus: '#003366', fillBorder: '#003366' })
  })

  it('are measured on the surfaces that the pages paint', () => {
    const css = readFileSync(new URL('../../surfaces/browser/pages/pages.css', import.meta.url), 'utf8')
    const [light = '', dark = ''] = css.split('@media (prefers-color-scheme: dark)')
    for (const [text, { page, card }] of [
      [light, surfaceColours.light],
      [dark, surfaceColours.dark],
    ] as const) {
      expect(text).toContain(`--page: ${page};`)
      expect(text).toContain(`--card: ${card};`)
    }
  })
})

describe('reading a brand colour', () => {
  it.each([
    ['#F60', '#ff6600'],
    [' teal ', '#008080'],
    ['rgb(255 102 0)', '#ff6600'],
    ['oklch(0.7 0.4 150)', expect.stringMatching(/^#[0-9a-f]{6}$/)],
  ])('takes %j', (text, expected) => {
    expect(readBrandColour(text)).toEqual(expected)
  })

  it.each(['', 'brand', '#12', 'transparent', '#ff660080', 'red;}body{display:none'])('refuses %j', (text) => {
    expect(readBrandColour(text)).toBeUndefined()
  })
})

describe('the brand sheet', () => {
  it('holds both schemes and its hash follows its text', () => {
    const sheet = brandSheet(defaultBrand)
    expect(sheet.css).toMatch(/^:root\{--fill:#2f4fa8;.*\}@media \(prefers-color-scheme:dark\)\{:root\{.*\}\}\n$/)
    expect(brandSheet({ ...defaultBrand, name: 'Other' })).toEqual(sheet)
    expect(brandSheet({ ...defaultBrand, colour: '#2f4fa9' }).hash).not.toBe(sheet.hash)
    expect(sheet.hash).toMatch(/^[\w-]{16}$/)
  })
})
