export { browserSurface, field } from './browser-surface.ts'
export type { BrowserNeeds, BrowserScope, PageContext } from './browser-surface.ts'
export { contentSecurityPolicy, pageHeaders } from './headers.ts'
