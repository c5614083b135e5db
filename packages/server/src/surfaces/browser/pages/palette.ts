/** The neutral surfaces of the pages. A brand's colours are measured against both of a scheme; `pages.css` paints them. */
export const surfaceColours = {
  light: { page: '#f4f5f7', card: '#ffffff' },
  dark: { page: '#0e1013', card: '#181b20' },
} as const

export type Scheme = keyof typeof surfaceColours
