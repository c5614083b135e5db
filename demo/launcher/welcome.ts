import { relative } from 'node:path'
import { guests } from '../legacy/guests.ts'
import type { Screen } from './screen.ts'
import type { Settings } from './settings.ts'

/** Five of the guests; the office shows all of them. */
const shown: readonly { readonly username: string; readonly what: string }[] = [
  { username: 'maria.delgado', what: 'a legacy biller: her password is still in the old database' },
  { username: 'priya.raman', what: 'a concurrent biller: the old and the new sign-in both work' },
  { username: 'leilani.kealoha', what: 'a new biller: moved, and keeps her password' },
  { username: 'dr.feldman', what: 'must choose a new password at the first sign-in' },
  { username: 'hodan.jama', what: 'must reset; the code arrives in the mailbox' },
]

/** What is printed once everything answers. */
export function welcome({ addresses, folder }: Settings, screen: Pick<Screen, 'bold' | 'soft'>): string {
  const bold = (text: string): string => screen.bold(text)
  const soft = (text: string): string => screen.soft(text)
  const places = [
    ['Biller Portal', addresses.portal, 'sign in here'],
    ['Office', addresses.office, 'what to try, mailbox, events, billers'],
    ['Gatehouse', addresses.server, 'the server behind both'],
  ] as const
  const people = shown.map(({ username, what }) => {
    const guest = guests.find((candidate) => candidate.username === username)
    if (!guest) throw new Error(`there is no guest "${username}"`)
    return [username, guest.password, what] as const
  })
  return [
    '',
    `  ${bold('Harborline Billing')}, a demo of Gatehouse`,
    '',
    ...inColumns(places, ([name, address, note], pad) => `  ${pad(name, 0)}  ${bold(pad(address, 1))}  ${soft(note)}`),
    '',
    '  Sign in as',
    ...inColumns(
      people,
      ([name, password, what], pad) => `  ${bold(pad(name, 0))}  ${pad(password, 1)}  ${soft(what)}`,
    ),
    '',
    soft(`  No mail leaves this machine: read it at ${addresses.office}/mailbox`),
    soft(`  Ctrl-C stops everything. Logs and data: ${relative('.', folder) || '.'}`),
    '',
  ].join('\n')
}

type Pad = (text: string, column: number) => string

function inColumns<Row extends readonly string[]>(
  rows: readonly Row[],
  line: (row: Row, pad: Pad) => string,
): string[] {
  const widthOf = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  return rows.map((row) => line(row, (text, column) => text.padEnd(widthOf(column))))
}
