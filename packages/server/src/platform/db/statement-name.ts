const known = new Map<string, string>()
/** Lists of values make ever new texts. */
const mostKnown = 1000

const words = /\b(select|insert|update|delete|truncate)\b/
const table = /\b(?:from|into|update|truncate) (?:only )?"?([a-z_]\w*)"?(?:\."?(\w+)"?)?/

/** What a statement does and to which table first: `select users`. Nothing else of its text. */
export function statementName(sql: string): string {
  const present = known.get(sql)
  if (present !== undefined) return present
  const text = sql.toLowerCase()
  const [, schema, name = schema] = table.exec(text) ?? []
  const found = [words.exec(text)?.[1] ?? 'other', name].filter((part) => part !== undefined).join(' ')
  if (known.size < mostKnown) known.set(sql, found)
  return found
}
