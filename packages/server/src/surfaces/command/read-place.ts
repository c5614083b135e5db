import type { Say } from './command.ts'

/**
 * Reads an argument such as `tenant/workspace/client`.
 *
 * @param form the names of its parts, as the help has them
 * @returns the parts; undefined when there are more, fewer or empty ones, and that was said
 */
export function readPlace(typed: string | undefined, form: string, say: Say): readonly string[] | undefined {
  const parts = (typed ?? '').split('/')
  if (parts.length === form.split('/').length && !parts.includes('')) return parts
  say(`"${typed ?? ''}" is not of the form ${form}.`)
  return undefined
}
