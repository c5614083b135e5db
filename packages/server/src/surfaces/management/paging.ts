/** A page of a list in the order of ids. With `beforeId` alone: the nearest ones before it. */
export interface Page {
  readonly afterId?: string | undefined
  readonly beforeId?: string | undefined
  readonly descending: boolean
  /** 1 to 100. */
  readonly limit: number
}

/** Paging parameters of the wire; 20 where nothing is said. */
export const readPage = (
  query: { readonly limit?: number; readonly order?: 'asc' | 'desc' },
  afterId: string | undefined,
  beforeId: string | undefined,
): Page => ({ afterId, beforeId, descending: query.order === 'desc', limit: query.limit ?? 20 })

/** Turns around what lies before an id, so that a page back is the one next to it and not the first of all. */
export async function pageOf<Filter extends Page, Row>(
  filter: Filter,
  select: (filter: Filter) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  if (filter.beforeId === undefined || filter.afterId !== undefined) return select(filter)
  const backwards = { ...filter, beforeId: undefined, afterId: filter.beforeId, descending: !filter.descending }
  return (await select(backwards)).toReversed()
}
