import type { Page } from './identity-backend.ts'

/** Paging parameters of the wire; 20 where nothing is said. */
export const readPage = (
  query: { readonly limit?: number; readonly order?: 'asc' | 'desc' },
  afterId: string | undefined,
  beforeId: string | undefined,
): Page => ({ afterId, beforeId, descending: query.order === 'desc', limit: query.limit ?? 20 })
