import { createHash } from 'node:crypto'
import type { Brand } from './brand.ts'
import { brandTokens } from './tokens.ts'
import type { BrandTokens } from './tokens.ts'

/** A brand's colours as a style sheet of its own, so that pages need no inline style. */
export type BrandSheet = {
  css: string
  /** Changes exactly when the text changes: 16 characters that are safe in a URL. */
  hash: string
}

const properties: readonly [keyof BrandTokens, string][] = [
  ['fill', '--fill'],
  ['fillHover', '--fill-hover'],
  ['onFill', '--on-fill'],
  ['fillBorder', '--fill-border'],
  ['link', '--link'],
  ['focus', '--focus'],
]

/** The sheet for light and dark. Same brand colour, same text. */
export function brandSheet(brand: Brand): BrandSheet {
  const light = rule(brandTokens(brand.colour, 'light'))
  const dark = rule(brandTokens(brand.colour, 'dark'))
  const css = `${light}@media (prefers-color-scheme:dark){${dark}}\n`
  return { css, hash: createHash('sha256').update(css).digest('base64url').slice(0, 16) }
}

function rule(tokens: BrandTokens): string {
  return `:root{${properties.map(([token, property]) => `${property}:${tokens[token]}`).join(';')}}`
}
