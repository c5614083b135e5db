import { expect, it } from 'vitest'
import { judge, slope } from './soak-figures.ts'
import type { SoakWindow } from './soak-figures.ts'

const steady: SoakWindow = {
  atMinutes: 0,
  offered: 100,
  turnedAway: 0,
  failed: 0,
  p50: 30,
  p99: 80,
  residentMebibytes: 250,
  heapMebibytes: 60,
  fileHandles: 40,
  connections: 12,
  eventLoopP99: 11,
}
const windows = (change: (n: number) => Partial<SoakWindow>): SoakWindow[] =>
  Array.from({ length: 30 }, (_, n) => ({ ...steady, atMinutes: n + 1, ...change(n) }))
const broken = (change: (n: number) => Partial<SoakWindow>): string[] =>
  judge(windows(change))
    .filter(({ holds }) => !holds)
    .map(({ name }) => name)

it('fits a line', () => {
  expect(slope([1, 2, 3].map((x) => ({ x, y: 5 + 2 * x })))).toBeCloseTo(2)
  expect(slope([{ x: 1, y: 1 }])).toBe(0)
})

it('calls steady what only warms up and wavers', () => {
  expect(
    broken((n) => ({ residentMebibytes: n < 9 ? 150 + 10 * n : 240 + (n % 3) * 5, heapMebibytes: 60 + (n % 4) })),
  ).toEqual([])
})

it.each([
  ['resident memory grew by', (n: number) => ({ residentMebibytes: 200 + 2 * n })],
  ['heap in use grew by', (n: number) => ({ heapMebibytes: 50 + n })],
  ['file handles grew by', (n: number) => ({ fileHandles: 40 + n / 3 })],
  ['connections grew by', (n: number) => ({ connections: 10 + n / 5 })],
  ['p99 of the second half beside the first', (n: number) => ({ p99: n < 20 ? 80 : 160 })],
  ['wrong answers', (n: number) => ({ failed: n === 1 ? 1 : 0 })],
])('notices a leak: %s', (name, change) => {
  expect(broken(change)).toEqual([name])
})
