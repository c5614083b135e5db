import fc from 'fast-check'

/** One parser under fuzz. Inputs are texts, so that the corpus can be read and written by hand. */
export interface FuzzTarget {
  /** Names the file of its corpus too. */
  readonly name: string
  readonly inputs: fc.Arbitrary<string>
  /**
   * Reads the input and throws where a promise is broken.
   *
   * @returns a word for what came of it; the corpus keeps one short input for each
   */
  read(input: string): string | Promise<string>
  /** How many inputs the suite tries beside the corpus. */
  readonly runs: number
  /** Microseconds that one input may cost, and those for each of its characters. Absent: not measured. */
  readonly cost?: { readonly base: number; readonly perCharacter: number }
}

/**
 * Texts that are nearly right: a seed in which pieces were cut out, said again, moved, flipped in case, replaced by words of
 * the format or by characters that formats stumble over.
 */
export function nearly(seeds: readonly string[], words: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(fc.constantFrom(...words, ...stumbles), fc.string({ unit: 'binary', maxLength: 4 }))
  const edit = fc.record({ at: fc.nat(2000), length: fc.nat(12), piece, kind: fc.constantFrom(...kinds) })
  return fc
    .tuple(fc.constantFrom(...seeds), fc.array(edit, { maxLength: 6 }))
    .map(([seed, edits]) => edits.reduce(applied, seed))
}

/** Anything at all, anything nearly right, and much of it. */
export const textsLike = (seeds: readonly string[], words: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: nearly(seeds, words) },
    {
      weight: 2,
      arbitrary: fc.array(fc.constantFrom(...words, ...stumbles), { maxLength: 40 }).map((all) => all.join('')),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...words, ...stumbles), fc.integer({ min: 1, max: 20_000 }))
        .map(([word, times]) => word.repeat(times).slice(0, 60_000)),
    },
  )

const stumbles = [
  '',
  ' ',
  '\0',
  '\n',
  '\r\n',
  '\t',
  '"',
  "'",
  '\\',
  '%',
  '%00',
  '%2e',
  '$',
  '=',
  '==',
  '&',
  ',',
  ';',
  ':',
  '/',
  '//',
  '..',
  '[',
  ']',
  '{',
  '}',
  '-1',
  '0',
  '1e309',
  '9007199254740993',
  '\ud800',
  '\udc00',
  '\u200b',
  '\u202e',
  '\ufeff',
  'ı',
  'İ',
  'ß',
  '\u0301',
  '😀',
  '__proto__',
  'constructor',
  'toString',
  'NaN',
  'null',
  '<script>',
  '{{7*7}}',
  '${7*7}',
  "' or 1=1 --",
] as const

const kinds = ['insert', 'replace', 'cut', 'again', 'case', 'end'] as const

interface Edit {
  readonly at: number
  readonly length: number
  readonly piece: string
  readonly kind: (typeof kinds)[number]
}

function applied(text: string, { at, length, piece, kind }: Edit): string {
  const from = text.length === 0 ? 0 : at % (text.length + 1)
  const [before, inside, after] = [text.slice(0, from), text.slice(from, from + length), text.slice(from + length)]
  switch (kind) {
    case 'insert':
      return before + piece + inside + after
    case 'replace':
      return before + piece + after
    case 'cut':
      return before + after
    case 'again':
      return before + inside + inside + after
    case 'case':
      return before + (inside === inside.toUpperCase() ? inside.toLowerCase() : inside.toUpperCase()) + after
    case 'end':
      return before
    default:
      return kind satisfies never
  }
}

/** @throws Error with the sentence, when it does not hold */
export function hold(isTrue: boolean, promise: string): asserts isTrue {
  if (!isTrue) throw new Error(`broken: ${promise}`)
}

/**
 * Runs one input and measures it where the target says what it may cost. Measured again before it counts: one time may have
 * paid for the compiler, the collector or another program.
 */
export async function readOne(target: FuzzTarget, input: string): Promise<string> {
  const { cost } = target
  if (!cost) return target.read(input)
  const most = cost.base + cost.perCharacter * input.length
  let least = Infinity
  let outcome = ''
  for (let time = 0; time < 5 && least > most; time++) {
    const before = performance.now()
    outcome = await target.read(input)
    least = Math.min(least, (performance.now() - before) * 1000)
  }
  hold(least <= most, `${input.length} characters cost ${Math.round(least)} µs, more than ${most}`)
  return outcome
}
