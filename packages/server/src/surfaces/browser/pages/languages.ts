import type { PageView } from './views.ts'

/** The languages we speak, each by its own word for itself, as links that show the same page in it. */
export const languagesOf = (path: string): NonNullable<PageView['languages']> => [
  { locale: 'en', name: 'English', href: `${path}?lang=en` },
  { locale: 'es', name: 'Español', href: `${path}?lang=es` },
]
