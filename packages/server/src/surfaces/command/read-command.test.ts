import { describe, expect, it } from 'vitest'
import { helpOf, helpOverview, readCommand } from './index.ts'
import type { Typed } from './index.ts'

const rotate: Typed = {
  name: 'keys rotate',
  summary: 'Rotates.',
  arguments: [{ name: 'WORKSPACE', description: 'Which.', isOptional: true }],
  flags: { wait: { description: 'Waits.' }, for: { description: 'How long.', value: 'SECONDS' } },
}
const remove: Typed = { name: 'keys remove', summary: 'Removes.', arguments: [{ name: 'KEY', description: 'Which.' }] }
const serve: Typed = { name: 'serve', summary: 'Serves.', details: 'Until it is told to stop.' }
const commands = [rotate, remove, serve]

describe('what is typed', () => {
  it('is read as a command of one word or two, its arguments and its flags', () => {
    expect(readCommand(commands, ['serve'])).toMatchObject({ kind: 'command', command: serve })
    expect(readCommand(commands, ['keys', 'rotate', 'harbor/portal', '--wait', '--for', '5'])).toStrictEqual({
      kind: 'command',
      command: rotate,
      given: { arguments: { WORKSPACE: 'harbor/portal' }, flags: { wait: true, for: '5' } },
    })
    expect(readCommand(commands, ['keys', 'rotate'])).toMatchObject({ given: { arguments: {}, flags: {} } })
  })

  it.each([
    [['kys', 'rotate'], 'There is no command "kys rotate". gatehouse help lists the commands.'],
    [['keys'], 'There is no command "keys". There is keys rotate, keys remove.'],
    [['keys', 'burn'], 'There is no command "keys burn". There is keys rotate, keys remove.'],
    [['help', 'burn'], 'There is no command "burn". gatehouse help lists the commands.'],
    [['keys', 'remove'], 'gatehouse keys remove: KEY is missing. See gatehouse help keys remove.'],
    [['keys', 'remove', 'a', 'b'], 'gatehouse keys remove: "b" is one word too many. See gatehouse help keys remove.'],
    [
      ['keys', 'remove', 'a', '--force'],
      "gatehouse keys remove: Unknown option '--force'. See gatehouse help keys remove.",
    ],
    [['serve', '--wait'], "gatehouse serve: Unknown option '--wait'. See gatehouse help serve."],
  ])('%j is said back, and nothing is done', (typed, line) => {
    expect(readCommand(commands, typed)).toStrictEqual({ kind: 'misunderstood', line })
  })

  it.each([[['help']], [['--help']], [['-h']]])('%j asks for what there is', (typed) => {
    expect(readCommand(commands, typed)).toStrictEqual({ kind: 'help', command: undefined })
  })

  it.each([[['help', 'keys', 'rotate']], [['keys', 'rotate', '--help']], [['keys', 'rotate', 'x', '-h']]])(
    '%j asks about one command',
    (typed) => {
      expect(readCommand(commands, typed)).toStrictEqual({ kind: 'help', command: rotate })
    },
  )
})

describe('the help', () => {
  it('names every command with its sentence', () => {
    const text = helpOverview(commands)
    for (const { name, summary } of commands) expect(text).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'))
  })

  it('of a command shows how it is typed and what each part means', () => {
    const text = helpOf(rotate)
    expect(text).toContain('Usage: gatehouse keys rotate [WORKSPACE] [--wait] [--for SECONDS]')
    expect(text).toMatch(/^ {2}--for SECONDS {2}How long\.$/m)
    expect(helpOf(serve)).toContain('Until it is told to stop.')
  })
})
