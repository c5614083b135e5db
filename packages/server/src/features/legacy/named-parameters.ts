/** SQL with the driver's own placeholders, and the names to bind in their order. */
export interface PreparedStatement {
  readonly sql: string
  readonly names: readonly string[]
}

/** Strings, quoted names, comments and casts (`::text`) are passed over; what is left of `:name` is a parameter. */
const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|::|:([a-z_]+)/g

/** Turns `:name` into `?1` (SQLite) or `$1` (PostgreSQL); values never become part of the text. */
export function prepareStatement(text: string, placeholder: (position: number) => string): PreparedStatement {
  const names: string[] = []
  const sql = text.replaceAll(token, (whole, name: string | undefined) => {
    if (name === undefined) return whole
    names.push(name)
    return placeholder(names.length)
  })
  return { sql, names }
}
