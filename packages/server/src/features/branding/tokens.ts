import { clampChroma, converter, formatHex, parse, wcagContrast } from 'culori'
import { surfaceColours } from '../../surfaces/browser/pages/index.ts'
import type { Scheme } from '../../surfaces/browser/pages/index.ts'

/** Colours of one brand in one scheme, each `#rrggbb`. Contrast is WCAG 2.2 relative luminance. */
export type BrandTokens = {
  /** The brand colour itself, unchanged in both schemes. */
  fill: string
  /** The fill under the pointer; text on it keeps its contrast. */
  fillHover: string
  /** Text on the fill: white or near-black, at least 4.5:1. */
  onFill: string
  /** The edge of everything filled: at least 3:1 on page and card, so that a pale button is still seen. */
  fillBorder: string
  /** Text in the brand's hue: at least 4.5:1 on page and card. */
  link: string
  /** The focus ring: at least 3:1 on page and card. */
  focus: string
}

const white = '#ffffff'
// Darker than #060606, or some mid-tones would reach 4.5:1 with neither white nor black.
const nearBlack = '#050505'

// On dark surfaces the bare minimum of WCAG looks dim, so a dark scheme asks for more.
const wanted = { light: { text: 4.5, edge: 3 }, dark: { text: 6, edge: 4.5 } } as const

const toOklch = converter('oklch')

/**
 * Reads a colour as people write it (`#f60`, `rgb(255 102 0)`, `teal`), without transparency.
 *
 * @returns `#rrggbb`, or `undefined` when it is no colour
 */
export function readBrandColour(text: string): string | undefined {
  const colour = parse(text.trim())
  return colour && (colour.alpha ?? 1) === 1 ? formatHex(clampChroma(colour, 'oklch')) : undefined
}

/**
 * Derives what a page needs from one brand colour. Hue stays; lightness moves only as far as the contrast asks.
 * Takes about a millisecond: call it when a brand is saved or first shown, not for each request.
 *
 * @throws Error when the colour cannot be read; saved brands hold only colours that could
 */
export function brandTokens(colour: string, scheme: Scheme): BrandTokens {
  const fill = readBrandColour(colour)
  if (fill === undefined) throw new Error('a brand colour must be read before it is used')
  const onFill = wcagContrast(white, fill) >= 4.5 ? white : nearBlack
  const edge = reach(fill, wanted[scheme].edge, scheme)
  return {
    fill,
    fillHover: shift(fill, onFill === white ? -0.05 : 0.05),
    onFill,
    fillBorder: edge,
    link: reach(fill, wanted[scheme].text, scheme),
    focus: edge,
  }
}

/** The lowest contrast of a colour with the surfaces it may stand on. */
function contrastOnSurfaces(colour: string, scheme: Scheme): number {
  const { page, card } = surfaceColours[scheme]
  return Math.min(wcagContrast(colour, page), wcagContrast(colour, card))
}

/** The nearest lightness, away from the surfaces, at which the colour reaches the contrast. */
function reach(colour: string, contrast: number, scheme: Scheme): string {
  const enough = (candidate: string) => contrastOnSurfaces(candidate, scheme) >= contrast
  if (enough(colour)) return colour

  const { l: start } = toOklch(colour) ?? { l: 0.5 }
  const end = scheme === 'light' ? 0 : 1
  let passing = withLightness(colour, end)
  let [near, far] = [start, end]
  for (let round = 0; round < 12; round++) {
    const middle = (near + far) / 2
    const candidate = withLightness(colour, middle)
    if (enough(candidate)) {
      passing = candidate
      far = middle
    } else near = middle
  }
  return passing
}

function shift(colour: string, by: number): string {
  const { l } = toOklch(colour) ?? { l: 0.5 }
  return withLightness(colour, Math.min(1, Math.max(0, l + by)))
}

/** The same hue at another lightness, with as much of its chroma as a screen can show. */
function withLightness(colour: string, l: number): string {
  return formatHex(clampChroma({ mode: 'oklch', c: 0, ...toOklch(colour), l }, 'oklch'))
}
