import type { PageBrand } from '../../surfaces/browser/pages/index.ts'

/** How a biller or workspace shows itself: its name, one colour, and where people get help. */
export type Brand = PageBrand & {
  /** `#rrggbb`, as made by `readBrandColour`. Pages use exactly this colour for buttons and the word mark. */
  colour: string
}

/** What a workspace wears until it has chosen a brand of its own. */
export const defaultBrand: Brand = { name: 'Gatehouse', colour: '#2f4fa8', help: {} }
