import { readSource } from '../house/source.ts'

export interface FoundExpression {
  readonly source: string
  readonly flags: string
  /** `file:line`, or the file alone for patterns of schemas. */
  readonly at: string
}

/** Every regular expression that a file writes down, and every `pattern` of its schemas. */
export function expressionsIn(file: string, text: string): FoundExpression[] {
  const { code } = readSource(text)
  const literals = [...code.matchAll(/\/(?<body> +)\/(?<flags>[dgimsuvy]*)/g)].map(({ index, groups }) => ({
    source: text.slice(index + 1, index + 1 + (groups?.['body']?.length ?? 0)),
    flags: groups?.['flags'] ?? '',
    at: `${file}:${text.slice(0, index).split('\n').length}`,
  }))
  const patterns = [...text.matchAll(/\bpattern: (?:String\.raw)?(?<quote>['`])(?<source>.+?)\k<quote>/g)].map(
    ({ 0: whole, groups }) => {
      const source = groups?.['source'] ?? ''
      return { source: whole.includes('String.raw') ? source : source.replaceAll('\\\\', '\\'), flags: 'u', at: file }
    },
  )
  return [...literals, ...patterns]
}

/** Files that build expressions from texts, which this cannot read. */
export const buildsExpressions = (text: string): boolean => /\bnew RegExp\(/.test(readSource(text).code)

/** One character for each atom: what is written, and what classes stand for. */
function plainOf(source: string): string {
  return source
    .replaceAll(/\\u\{?[0-9A-Fa-f]+\}?/g, 'é')
    .replaceAll(/\\[pP]\{[^}]*\}/g, 'aé ')
    .replaceAll(/\\[wWdDsSbB]/g, 'a1 ')
    .replaceAll(/(?<!\\)[?{}()|^*+]/g, '')
    .replaceAll('\\', '')
}

function lettersOf(source: string): string[] {
  const backslash = source.includes('\\\\') ? ['\\'] : []
  return [...new Set(Array.from(plainOf(source)).concat(backslash, 'a', ' '))].slice(0, 22)
}

/** What is repeated: one letter, two, and two that stand together in the expression with a third. */
function pumpsOf(source: string, letters: readonly string[]): string[] {
  const plain = plainOf(source)
  const couples = [...new Set(Array.from({ length: plain.length }, (_, at) => plain.slice(at, at + 2)))]
  return [
    ...letters,
    ...letters.flatMap((one) => letters.map((other) => one + other)),
    ...couples.flatMap((couple) => ['a', ' '].map((letter) => couple + letter)),
  ]
}

/** By the clock: what a system says of a thread's own time may move in steps of milliseconds. */
function millisecondsOf(work: () => void): number {
  const before = performance.now()
  work()
  return performance.now() - before
}

export interface SlowInput {
  readonly prefix: string
  readonly pumped: string
  readonly suffix: string
}

/**
 * Looks for a text that an expression reads in more than linear time: something of one or two of its own letters, many
 * times, between a beginning and an end that does not fit. Short ones go first, so that an exponential expression is found
 * before it takes for ever.
 */
export function slowInputOf({ source, flags }: Pick<FoundExpression, 'source' | 'flags'>): SlowInput | undefined {
  const expression = new RegExp(source, flags.includes('g') ? flags : `${flags}g`)
  const letters = lettersOf(source)
  const pumps = pumpsOf(source, letters)
  const read = (input: SlowInput, length: number): number => {
    const text = input.prefix + input.pumped.repeat(length / input.pumped.length) + input.suffix
    return millisecondsOf(() => text.replace(expression, ''))
  }
  for (const prefix of ['', ...letters]) {
    for (const pumped of prefix === '' ? pumps : letters) {
      for (const suffix of source.includes('\\\\') ? ['', '\u0000', '\\'] : ['', '\u0000']) {
        const input = { prefix, pumped, suffix }
        if (isSlow((length) => read(input, length))) return input
      }
    }
  }
  return undefined
}

/** Slow five times of five: one time may have paid for the compiler, the collector or another program. */
function isSlow(read: (length: number) => number): boolean {
  const isOver = (length: number, most: number): boolean => {
    for (let time = 0; time < 5; time++) if (read(length) <= most) return false
    return true
  }
  return isOver(22, 2) || isOver(200, 2) || (isOver(4000, 0.08) && isOver(32_000, 5))
}
