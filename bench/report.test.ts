import { expect, it } from 'vitest'
import { median, table } from './report.ts'

it('shows a rate as a share of its floor, a time as a multiple of it, and says which goals are missed', () => {
  expect(
    table([
      { name: 'sign-ins', value: 140, unit: '/s', floor: 225, goal: 150, conditions: 'argon2id' },
      { name: 'start', value: 0.5, unit: 's', floor: 0.04, goal: 1, conditions: 'migrated' },
      { name: 'round trip', value: 0.0254, unit: 'ms', conditions: 'select 1' },
    ]),
  ).toBe(
    [
      '| figure     | value     | floor    | ratio | goal           | conditions |',
      '| ---------- | --------- | -------- | ----- | -------------- | ---------- |',
      '| sign-ins   | 140 /s    | 225 /s   | 62 %  | 150 /s, missed | argon2id   |',
      '| start      | 0.500 s   | 0.0400 s | 12.5x | 1.00 s, met    | migrated   |',
      '| round trip | 0.0254 ms |          |       |                | select 1   |',
    ].join('\n'),
  )
})

it('never calls a goal met that was tried at less load than it is meant at', () => {
  const figure = { name: 'code exchange', unit: 'ms', goal: 3, goalLoad: '50/s', conditions: 'at 10/s' }
  expect(table([{ ...figure, value: 2 }])).toContain('| 3.00 ms at 50/s, within it at less load |')
  expect(table([{ ...figure, value: 4 }])).toContain('| 3.00 ms at 50/s, missed at less load |')
})

it('judges a rate by its share of the floor too, since machines differ', () => {
  const figure = { name: 'sign-ins', unit: '/s', value: 70, floor: 100, goal: 150, goalShare: 0.67, conditions: '' }
  expect(table([figure])).toContain('| 150 /s, missed; 67 % of floor, met |')
  expect(table([{ ...figure, value: 60 }])).toContain('| 150 /s, missed; 67 % of floor, missed |')
})

it('takes a repeat that was measured as the median', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([4, 1, 3, 2])).toBe(2)
  expect(() => median([])).toThrow('nothing was measured')
})
