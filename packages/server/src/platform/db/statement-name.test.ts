import { expect, it } from 'vitest'
import { statementName } from './statement-name.ts'

it.each([
  ['select "user_id" from "users" where "user_id" = $1', 'select users'],
  ['insert into "audit_events" ("a") values ($1)', 'insert audit_events'],
  ['update "artifacts" set "x" = $1 where "a" = \'from elsewhere\'', 'update artifacts'],
  ['delete from only "flows"', 'delete flows'],
  ['insert into pgboss.job (id) select 1', 'insert job'],
  ['with x as (select 1 from "sessions") select * from x', 'select sessions'],
  ['select clock_timestamp()', 'select'],
  ['commit', 'other'],
])('%s is called %s', (sql, name) => {
  expect(statementName(sql)).toBe(name)
})
