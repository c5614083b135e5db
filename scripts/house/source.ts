/** One source file as the house rules see it. */
export interface Source {
  /** Every module this file names: static, type-only, re-exported, side-effect, `import()`, `require`. */
  readonly imports: readonly Named[]
  /** Line and block comments, with the line they begin on. */
  readonly comments: readonly Named[]
  /** The text with comments and the insides of strings, templates and regular expressions blanked. Same length, same lines. */
  readonly code: string
}

export interface Named {
  readonly text: string
  readonly line: number
}

type Kind = 'comment' | 'text'
interface Span {
  readonly kind: Kind
  readonly from: number
  readonly to: number
}

const importForms = [
  /(?<![.\w$])import\s*(?:type\s)?[\w$\s{},*]+?\bfrom\s*(["'])/g,
  /(?<![.\w$])import\s*(["'])/g,
  /(?<![.\w$])export\s*(?:type\s*)?(?:\*(?:\s*as\s+[\w$]+)?|\{[^{}]*\})\s*from\s*(["'])/g,
  /(?<![.\w$])(?:import|require)\s*\(\s*(["'`])/g,
  /\b(?:require|import\.meta)\.resolve\s*\(\s*(["'`])/g,
]

/**
 * Reads a TypeScript file without a compiler: it knows where comments, strings, templates (nested ones too) and regular
 * expressions begin and end, and nothing else. That is enough to find imports that are not merely quoted somewhere.
 */
export function readSource(text: string): Source {
  const spans = opaqueSpans(text)
  const code = blank(text, spans)
  const lineOf = lineCounter(text)
  const found = new Map<number, Named>()
  for (const form of importForms) {
    for (const match of code.matchAll(form)) {
      const from = match.index + match[0].length
      const to = code.indexOf(match[1] ?? '', from)
      if (to !== -1) found.set(from, { text: text.slice(from, to), line: lineOf(match.index) })
    }
  }
  return {
    imports: [...found].toSorted(([a], [b]) => a - b).map(([, named]) => named),
    comments: spans
      .filter((span) => span.kind === 'comment')
      .map((span) => ({ text: text.slice(span.from, span.to), line: lineOf(span.from) })),
    code,
  }
}

/** A `/` after one of these begins a regular expression; after anything else it divides. */
const beforeRegex =
  /(?:^|[([{,;:=!&|?+\-*%~^>}]|\b(?:return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield))$/

function opaqueSpans(text: string): Span[] {
  const spans: Span[] = []
  // One entry for each template we are inside of: how many braces are open in its current `${…}`.
  const templates: number[] = []
  let at = 0
  const take = (kind: Kind, from: number, to: number) => {
    spans.push({ kind, from, to })
    at = to
  }
  const takeLine = (end: number | undefined) => {
    if (end !== undefined) take('text', at + 1, end)
    at++
  }
  const takeTemplateText = (from: number) => {
    const end = templateTextEnd(text, from)
    take('text', from, end)
    if (text.startsWith('${', end)) {
      templates.push(0)
      at = end + 2
    } else at = end + 1
  }

  while (at < text.length) {
    const character = text[at]
    const open = templates.at(-1)
    if (text.startsWith('//', at)) take('comment', at, orEnd(text, text.indexOf('\n', at)))
    else if (text.startsWith('/*', at)) take('comment', at, orEnd(text, text.indexOf('*/', at + 2), 2))
    else if (character === '"' || character === "'") {
      takeLine(quotedEnd(text, at + 1, character))
    } else if (character === '`') takeTemplateText(at + 1)
    else if (character === '/' && beforeRegex.test(codeBefore(text, at, spans))) {
      takeLine(regexEnd(text, at + 1))
    } else if (character === '}' && open === 0) {
      templates.pop()
      takeTemplateText(at + 1)
    } else {
      if (open !== undefined && character === '{') templates[templates.length - 1] = open + 1
      if (open !== undefined && character === '}') templates[templates.length - 1] = open - 1
      at++
    }
  }
  return spans
}

const orEnd = (text: string, found: number, more = 0): number => (found === -1 ? text.length : found + more)

function templateTextEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '`' || text.startsWith('${', at)) return at
  }
  return text.length
}

/** `undefined` when the line ends first: then it was an apostrophe in the text of a JSX element. */
function quotedEnd(text: string, from: number, quote: string): number | undefined {
  for (let at = from; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === quote) return at
  }
  return undefined
}

function regexEnd(text: string, from: number): number | undefined {
  let inClass = false
  for (let at = from; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '[') inClass = true
    else if (text[at] === ']') inClass = false
    else if (text[at] === '/' && !inClass) return at
  }
  return undefined
}

/** The last few characters of code before `at`, comments and white space skipped. */
function codeBefore(text: string, at: number, spans: readonly Span[]): string {
  const end = text.slice(0, at).trimEnd().length
  const comment = spans.findLast((span) => span.kind === 'comment' && span.to === end)
  return comment === undefined ? text.slice(Math.max(0, end - 10), end) : codeBefore(text, comment.from, spans)
}

function blank(text: string, spans: readonly Span[]): string {
  let code = ''
  let at = 0
  for (const { from, to } of spans) {
    code += text.slice(at, from) + text.slice(from, to).replaceAll(/[^\n]/g, ' ')
    at = to
  }
  return code + text.slice(at)
}

function lineCounter(text: string): (at: number) => number {
  const ends = [...text.matchAll(/\n/g)].map((match) => match.index)
  return (at) => {
    const line = ends.findIndex((end) => end >= at)
    return (line === -1 ? ends.length : line) + 1
  }
}
