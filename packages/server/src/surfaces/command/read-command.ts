import { parseArgs } from 'node:util'
import type { Argument, Command, Flag, Given } from './command.ts'

/** What a person may type: a command of the installation, or one that main runs itself. */
export type Typed = Pick<Command, 'name' | 'summary' | 'details' | 'arguments' | 'flags'>

export type Reading<T extends Typed> =
  | { readonly kind: 'command'; readonly command: T; readonly given: Given }
  | { readonly kind: 'help'; readonly command: T | undefined }
  | { readonly kind: 'misunderstood'; readonly line: string }

/** Reads what was typed. Nothing is guessed: an unknown word, flag or argument is said back. */
export function readCommand<T extends Typed>(commands: readonly T[], typed: readonly string[]): Reading<T> {
  const words = typed.filter((word) => word !== '--help' && word !== '-h')
  const isHelp = words.length < typed.length || words[0] === 'help'
  const asked = words[0] === 'help' ? words.slice(1) : words
  const command =
    commands.find(({ name }) => name === asked.slice(0, 2).join(' ')) ?? commands.find(({ name }) => name === asked[0])
  if (isHelp && (command || asked.length === 0)) return { kind: 'help', command }
  if (!command) {
    const family = commands.filter(({ name }) => name.startsWith(`${asked[0] ?? ''} `)).map(({ name }) => name)
    const hint = family.length > 0 ? `There is ${family.join(', ')}.` : 'gatehouse help lists the commands.'
    return { kind: 'misunderstood', line: `There is no command "${asked.slice(0, 2).join(' ')}". ${hint}` }
  }
  return readArguments(command, asked.slice(command.name.split(' ').length))
}

function readArguments<T extends Typed>(command: T, typed: readonly string[]): Reading<T> {
  const flags = Object.entries(command.flags ?? {})
  const wanted = command.arguments ?? []
  try {
    const { values, positionals } = parseArgs({
      args: [...typed],
      options: Object.fromEntries(
        flags.map(([name, { value }]) => [name, { type: value === undefined ? 'boolean' : 'string' } as const]),
      ),
      allowPositionals: true,
      strict: true,
    })
    const missing = wanted.find(({ isOptional }, at) => isOptional !== true && positionals[at] === undefined)
    if (missing) return misunderstood(command, `${missing.name} is missing`)
    const extra = positionals[wanted.length]
    if (extra !== undefined) return misunderstood(command, `"${extra}" is one word too many`)
    return {
      kind: 'command',
      command,
      given: {
        arguments: Object.fromEntries(wanted.map(({ name }, at) => [name, positionals[at]])),
        flags: Object.fromEntries(
          Object.entries(values).map(([name, value]) => [
            name,
            typeof value === 'string' ? value : value === true || undefined,
          ]),
        ),
      },
    }
  } catch (error) {
    const [said = ''] = (error instanceof Error ? error.message : '').split('. ')
    return misunderstood(command, said)
  }
}

const misunderstood = ({ name }: Typed, fault: string) =>
  ({ kind: 'misunderstood', line: `gatehouse ${name}: ${fault}. See gatehouse help ${name}.` }) as const

const argumentText = ({ name, isOptional }: Argument): string => (isOptional === true ? `[${name}]` : name)
const flagText = (name: string, { value }: Flag): string => `--${name}${value === undefined ? '' : ` ${value}`}`

/** What there is, one line each. */
export function helpOverview(commands: readonly Typed[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return [
    'Gatehouse: sign-in for many billers.',
    '',
    'Usage: gatehouse COMMAND [ARGUMENTS]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'gatehouse help COMMAND says more about one. Settings come from the environment, or from the JSON file that',
    'GATEHOUSE_CONFIG names; docs/configuration.md lists them. A command ends with 0 when it is done, with 1 when it is not',
    'and says why, with 2 when it was not understood.',
  ].join('\n')
}

export function helpOf(command: Typed): string {
  const wanted = command.arguments ?? []
  const flags = Object.entries(command.flags ?? {})
  const words = [command.name, ...wanted.map(argumentText), ...flags.map(([name, flag]) => `[${flagText(name, flag)}]`)]
  const rows = [
    ...wanted.map((one) => ({ left: one.name, right: one.description })),
    ...flags.map(([name, flag]) => ({ left: flagText(name, flag), right: flag.description })),
  ]
  const width = Math.max(0, ...rows.map(({ left }) => left.length))
  return [
    command.summary,
    '',
    `Usage: gatehouse ${words.join(' ')}`,
    ...(rows.length > 0 ? ['', ...rows.map(({ left, right }) => `  ${left.padEnd(width)}  ${right}`)] : []),
    ...(command.details === undefined ? [] : ['', command.details]),
  ].join('\n')
}
