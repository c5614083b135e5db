/** What a body of this API may be made of; ours are flat and short. */
const deepest = 16

/**
 * Reads JSON that every reader understands the same way: bodies that two parsers could read differently are refused.
 *
 * @throws SyntaxError for anything but one JSON text, a name that an object has twice, `__proto__`, a number that a
 * double cannot hold exactly as an integer, the character U+0000, which no database text holds, or more than 16 levels. The text itself is in no message.
 * @see RFC 8259 §4 and §6, RFC 7493 (I-JSON) §2
 */
export function parseStrictJson(text: string): unknown {
  // Before parsing, so that nobody recurses into ten thousand brackets. Text that is not JSON may pass; parsing refuses it.
  assertSound(text)
  try {
    return JSON.parse(text)
  } catch {
    throw new SyntaxError('the body is not JSON')
  }
}

/** A text that is never closed is one token too: looking for its end again from each quote in it would take hours. */
const token = /"(?:[^"\\]|\\.)*(?:"|\\?$)|[{}[\],:]|-?\d[\d.eE+-]*/gs

/** As it must be written within JSON. */
const zero = String.raw`\u0000`

function assertSound(text: string): void {
  /** One set of names for each open object, `undefined` for each open array. */
  const open: Array<Set<string> | undefined> = []
  let previous = ''
  for (const [found] of text.matchAll(token)) {
    if (found.includes(zero) && unescaped(found).includes('\0')) {
      throw new SyntaxError('the body holds a character that is not allowed')
    }
    if (found === ':') noteName(open.at(-1), previous)
    else if (found === '{' || found === '[') {
      open.push(found === '{' ? new Set() : undefined)
      if (open.length > deepest) throw new SyntaxError('the body is nested too deeply')
    } else if (found === '}' || found === ']') open.pop()
    else if (/^[-\d]/.test(found) && Math.abs(Number(found)) > Number.MAX_SAFE_INTEGER) {
      throw new SyntaxError('the body holds a number that is too large')
    }
    previous = found
  }
}

function noteName(names: Set<string> | undefined, written: string): void {
  if (!names || !written.startsWith('"')) throw new SyntaxError('the body is not JSON')
  const name = unescaped(written)
  if (name === '__proto__') throw new SyntaxError('the body holds a name that is not allowed')
  if (names.has(name)) throw new SyntaxError('the body holds a name twice')
  names.add(name)
}

/** `"a"` and `"\u0061"` are one name. */
function unescaped(written: string): string {
  try {
    return String(JSON.parse(written))
  } catch {
    throw new SyntaxError('the body is not JSON')
  }
}
