/** The revisions that a caller is willing to change; absent: whatever it is now. */
export type ExpectedRevisions = readonly number[] | undefined

export const entityTag = (revision: number): string => `"${revision}"`

/**
 * Reads `If-Match`. `*` asks for existence only, which every operation asks for anyway. Weak tags and tags that are not
 * ours match nothing, as strong comparison demands.
 *
 * @see RFC 9110 §13.1.1
 */
export function expectedRevisions(header: string | undefined): ExpectedRevisions {
  if (header === undefined || header.trim() === '*') return undefined
  return header
    .split(',')
    .map((tag) => /^"(\d{1,9})"$/.exec(tag.trim())?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
}
