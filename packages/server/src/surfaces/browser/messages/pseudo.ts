import { createIntl } from '@formatjs/intl'

const parser = createIntl({ locale: 'en' }).formatters
type Node = ReturnType<ReturnType<typeof parser.getMessageFormat>['getAst']>[number]

type Option = Extract<Node, { options: unknown }>['options'][string]

const plain = 'aceinouyACEINOUY'
const accented = 'áçéíñóüýÁÇÉÍÑÓÜÝ'

/**
 * Rewrites the fixed words of every message and leaves placeholders alone.
 * `long` puts accents on letters and adds 40 % in length; `rtl` makes the words run from right to left.
 */
export function pseudo(messages: Readonly<Record<string, string>>, kind: 'long' | 'rtl'): Record<string, Node[]> {
  const rewrite = kind === 'long' ? lengthen : mirror
  return Object.fromEntries(Object.entries(messages).map(([id, text]) => [id, change(parse(text), rewrite)]))
}

/** The names of the placeholders in a message with their kind, sorted, each once. */
export function placeholders(message: string): string[] {
  const found = new Set<string>()
  const visit = (nodes: readonly Node[]): void => {
    for (const node of nodes) {
      if (node.type !== 0 && node.type !== 7) found.add(`${node.type}:${node.value}`)
      if ('options' in node) Object.values(node.options).forEach((option) => visit(option.value))
      if ('children' in node) visit(node.children)
    }
  }
  visit(parse(message))
  return [...found].toSorted()
}

function parse(message: string): Node[] {
  return parser.getMessageFormat(message, 'en').getAst()
}

function change(nodes: readonly Node[], rewrite: (text: string) => string): Node[] {
  return nodes.map((node): Node => {
    if (node.type === 0) return { ...node, value: rewrite(node.value) }
    if ('children' in node) return { ...node, children: change(node.children, rewrite) }
    if (!('options' in node)) return node
    const options = Object.entries(node.options).map(([key, option]): [string, Option] => [
      key,
      { ...option, value: change(option.value, rewrite) },
    ])
    return { ...node, options: Object.fromEntries<Option>(options) }
  })
}

function lengthen(text: string): string {
  const letters = text.replaceAll(/[aceinouy]/gi, (letter) => accented.charAt(plain.indexOf(letter)))
  const more = Math.ceil(text.trim().length * 0.4)
  if (more === 0) return letters
  const words = letters.trimEnd()
  return `${words} ${'one two three four '.repeat(20).slice(0, more).trim()}${letters.slice(words.length)}`
}

function mirror(text: string): string {
  return text.replaceAll(/\p{L}+/gu, (word) => `\u202e${word}\u202c`)
}
