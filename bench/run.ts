// `npm run bench [-- --seconds=5]`: what the machine can do at best, then what we make of it. A run asserts nothing by time.
// DATABASE_URL names a PostgreSQL to measure; without it the embedded database is measured.
import { parseArgs } from 'node:util'
import { passwordFloor, roundTripFloor } from './floors.ts'
import type { Floor } from './floors.ts'
import { machineFacts, table } from './report.ts'
import type { Figure } from './report.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '5' } } })
const seconds = Number(values.seconds)
if (!(seconds > 0)) throw new Error('--seconds must be a number above 0')

console.log(`${machineFacts()}\n`)
const floors = [await passwordFloor(seconds), await roundTripFloor(seconds, process.env['DATABASE_URL'])]
console.log(table(floors.flatMap(figuresOf)))
process.exit(0)

function figuresOf({ name, perSecond, p50Milliseconds, p99Milliseconds, conditions }: Floor): Figure[] {
  return [
    { name, value: perSecond, unit: '/s', conditions },
    { name: `${name}, p50`, value: p50Milliseconds, unit: 'ms', conditions },
    { name: `${name}, p99`, value: p99Milliseconds, unit: 'ms', conditions },
  ]
}
