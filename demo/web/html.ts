import { html, raw } from 'hono/html'

export { html, raw }

/** Markup in which every value has been escaped. `false`, `null` and `undefined` vanish, lists are joined. */
export type Html = ReturnType<typeof html>

/** What may stand in a template. */
export type Part = Html | string | number | false | null | undefined | readonly Part[]
