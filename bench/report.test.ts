import { expect, it } from 'vitest'
import { table } from './report.ts'

it('shows a figure as a share of its floor, and a floor alone without one', () => {
  expect(
    table([
      { name: 'sign-ins', value: 150, unit: '/s', floor: 225, conditions: 'argon2id' },
      { name: 'round trip', value: 0.0254, unit: 'ms', conditions: 'select 1' },
    ]),
  ).toBe(
    [
      '| figure     | value     | floor  | ratio | conditions |',
      '| ---------- | --------- | ------ | ----- | ---------- |',
      '| sign-ins   | 150 /s    | 225 /s | 67 %  | argon2id   |',
      '| round trip | 0.0254 ms |        |       | select 1   |',
    ].join('\n'),
  )
})
