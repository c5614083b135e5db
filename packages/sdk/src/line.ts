/** How an operation is called. */
export interface Line {
  readonly method: 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT'
  /** From the root, parameters in braces; `tid` is the tenant. */
  readonly path: string
  /** Parameters after the question mark, and what they are before they become text. */
  readonly query?: Readonly<Record<string, QueryKind>>
  readonly list?: Listing
  /** Takes and answers a JSON text a line. */
  readonly isLines?: true
}

export type QueryKind = 'list' | 'number' | 'text' | 'truth'

/** Where a list stands in its answer. */
export interface Listing {
  readonly items: string
  /** The parameter that says after which item to go on, and the field of an item that it takes. Absent: there is one page. */
  readonly cursor?: { readonly parameter: string; readonly field: string }
}
