/** One row of the report. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** What the machine could do at best, measured in the same run, in the same unit. */
  readonly floor?: number
  /** What we want to reach, in the same unit. Rates want to be above it, everything else below. */
  readonly goal?: number
  /** The same goal of a rate as a share of its floor, which travels between machines. */
  readonly goalShare?: number
  /** The load that the goal is meant at, where this figure was measured at a lower one: then it cannot be met. */
  readonly goalLoad?: string
  readonly conditions: string
}

const headings = ['figure', 'value', 'floor', 'ratio', 'goal', 'conditions'] as const

/** A table in Markdown: what was measured, what the machine could do at best, the one by the other, and what we want. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    `${rounded(figure.value)} ${figure.unit}`,
    figure.floor === undefined ? '' : `${rounded(figure.floor)} ${figure.unit}`,
    ratio(figure),
    goal(figure),
    figure.conditions,
  ])
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(headings), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

const isRate = ({ unit }: Figure): boolean => unit.startsWith('/')

/** A rate is a share of its floor; a time or a size is a multiple of it. */
function ratio(figure: Figure): string {
  if (figure.floor === undefined) return ''
  const share = figure.value / figure.floor
  return isRate(figure) ? `${(share * 100).toFixed(0)} %` : `${rounded(share)}x`
}

function goal(figure: Figure): string {
  if (figure.goal === undefined) return ''
  const isMet = isRate(figure) ? figure.value >= figure.goal : figure.value <= figure.goal
  const wanted = `${rounded(figure.goal)} ${figure.unit}`
  if (figure.goalLoad === undefined) return [`${wanted}, ${isMet ? 'met' : 'missed'}`, ...shareGoal(figure)].join('; ')
  return `${wanted} at ${figure.goalLoad}, ${isMet ? 'within it at less load' : 'missed at less load'}`
}

function shareGoal({ value, floor, goalShare }: Figure): string[] {
  if (floor === undefined || goalShare === undefined) return []
  return [`${(goalShare * 100).toFixed(0)} % of floor, ${value / floor >= goalShare ? 'met' : 'missed'}`]
}

const rounded = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))

/** The middle one of several repeats; of an even number, the lower of the two in the middle. */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]
  if (middle === undefined) throw new Error('nothing was measured')
  return middle
}
