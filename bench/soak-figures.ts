/** What one window of a soak came to. Times in milliseconds, memory in mebibytes. */
export interface SoakWindow {
  /** Its end, in minutes since the begin. */
  readonly atMinutes: number
  readonly offered: number
  readonly turnedAway: number
  readonly failed: number
  readonly p50: number
  readonly p99: number
  readonly residentMebibytes: number
  /** What the garbage collector left in use; falls and rises, and its floor is what counts. */
  readonly heapMebibytes: number
  readonly fileHandles: number
  /** Connections that PostgreSQL counts for our database, those of the jobs included. */
  readonly connections: number
  readonly eventLoopP99: number
}

export interface Verdict {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly limit: number
  readonly holds: boolean
}

/** Least squares: how much `y` grows by with 1 of `x`. 0 of fewer than two points. */
export function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
  if (points.length < 2) return 0
  const mean = (of: (point: { readonly x: number; readonly y: number }) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)]
  const spread = points.reduce((sum, point) => sum + (point.x - x) ** 2, 0)
  return spread === 0 ? 0 : points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0) / spread
}

/**
 * Judges all but the first third, in which caches fill, pools open and code is compiled. Growth is that of the fitted line
 * from the first judged window to the last, so that one window more or less decides nothing.
 */
export function judge(windows: readonly SoakWindow[]): readonly Verdict[] {
  const judged = windows.slice(Math.floor(windows.length / 3))
  const first = judged[0]
  const last = judged.at(-1)
  const minutes = (last?.atMinutes ?? 0) - (first?.atMinutes ?? 0)
  const growth = (of: (window: SoakWindow) => number): number =>
    slope(judged.map((window) => ({ x: window.atMinutes, y: of(window) }))) * minutes
  const median = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
  const half = judged.length >> 1
  const p99Ratio =
    median(judged.slice(half).map(({ p99 }) => p99)) / median(judged.slice(0, half).map(({ p99 }) => p99))
  const verdict = (name: string, value: number, unit: string, limit: number): Verdict => ({
    name,
    value,
    unit,
    limit,
    holds: value <= limit,
  })
  return [
    verdict(
      'resident memory grew by',
      growth((window) => window.residentMebibytes),
      'MiB',
      0.05 * (first?.residentMebibytes ?? 0),
    ),
    verdict(
      'heap in use grew by',
      growth((window) => window.heapMebibytes),
      'MiB',
      0.1 * (first?.heapMebibytes ?? 0),
    ),
    verdict(
      'file handles grew by',
      growth((window) => window.fileHandles),
      '',
      3,
    ),
    verdict(
      'connections grew by',
      growth((window) => window.connections),
      '',
      1,
    ),
    verdict('p99 of the second half beside the first', p99Ratio, '×', 1.5),
    verdict(
      'wrong answers',
      windows.reduce((sum, { failed }) => sum + failed, 0),
      '',
      0,
    ),
  ]
}
