import { availableParallelism, cpus, totalmem, type } from 'node:os'

/** One row of the report. `floor` is what the machine could do at best, measured in the same run, in the same unit. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly floor?: number
  readonly conditions: string
}

export function machineFacts(): string {
  const gibibytes = (totalmem() / 2 ** 30).toFixed(0)
  return `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${gibibytes} GiB, ${type()} ${process.arch}, Node ${process.versions.node}`
}

const headings = ['figure', 'value', 'floor', 'ratio', 'conditions'] as const

/** A table in Markdown: what was measured, what the machine could do at best, and the one as a share of the other. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, floor, conditions }) => [
    name,
    `${rounded(value)} ${unit}`,
    floor === undefined ? '' : `${rounded(floor)} ${unit}`,
    floor === undefined ? '' : `${((value / floor) * 100).toFixed(0)} %`,
    conditions,
  ])
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(headings), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

const rounded = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))
