import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Kept {
  readonly input: string
  /** What came of it, or what it broke when it was found. */
  readonly is: string
}

const fileOf = (name: string): string => join(import.meta.dirname, 'corpus', `${name}.jsonl`)

/** The inputs that are kept for a parser: one for each thing that can come of it, and each that once broke a promise. */
export function keptInputs(name: string): Kept[] {
  if (!existsSync(fileOf(name))) return []
  const lines = readFileSync(fileOf(name), 'utf8').split('\n').filter(Boolean)
  return lines.map((line) => JSON.parse(line) as Kept)
}

export function keepInput(name: string, kept: Kept): void {
  const all = [...keptInputs(name), kept].toSorted((a, b) => (a.is < b.is ? -1 : a.is > b.is ? 1 : 0))
  writeFileSync(fileOf(name), all.map((one) => `${JSON.stringify(one)}\n`).join(''))
}
