import type { Page } from './identity-backend.ts'

/** A page in the vendor's parameters: `after_user_id`. */
export const pageToCloud = <Noun extends 'organization' | 'pool' | 'user'>(
  noun: Noun,
  { afterId, beforeId, descending, limit }: Page,
): { readonly [C in `${'after' | 'before'}_${Noun}_id`]?: string } & {
  readonly limit: number
  readonly order: 'asc' | 'desc'
} => ({
  ...(afterId === undefined ? {} : { [`after_${noun}_id`]: afterId }),
  ...(beforeId === undefined ? {} : { [`before_${noun}_id`]: beforeId }),
  limit,
  order: descending ? ('desc' as const) : ('asc' as const),
})
