/** SQL with the driver's own placeholders, and the names to bind in their order. */
export interface PreparedStatement {
  readonly sql: string
  readonly names: readonly string[]
}

/**
 * Strings (PostgreSQL's `E'…'` and `$tag$…$tag$` too), quoted names, comments and casts (`::text`) are passed over; what is
 * left of `:name` is a parameter. What is opened and never closed goes to the end, so that nothing is read twice.
 */
const token =
  /\b[eE]'(?:\\[\s\S]|''|[^'\\])*(?:'|\\?$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|\$(?<tag>\w*)\$[\s\S]*?(?:\$\k<tag>\$|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|::|:(?<name>[A-Za-z_]\w*)/g

/** Turns `:name` into `?1` (SQLite) or `$1` (PostgreSQL); values never become part of the text. */
export function prepareStatement(text: string, placeholder: (position: number) => string): PreparedStatement {
  const names: string[] = []
  const sql = text.replaceAll(token, (whole, _tag: string | undefined, name: string | undefined) => {
    if (name === undefined) return whole
    names.push(name)
    return placeholder(names.length)
  })
  return { sql, names }
}
