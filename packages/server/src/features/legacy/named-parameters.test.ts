import { describe, expect, it } from 'vitest'
import { prepareStatement } from './named-parameters.ts'

const dollar = (position: number): string => `$${position}`

describe('a statement with named parameters', () => {
  it('gets the placeholders of its driver in their order, one for each mention', () => {
    expect(prepareStatement('select * from t where a = :name and b = :limit or c = :name', dollar)).toStrictEqual({
      sql: 'select * from t where a = $1 and b = $2 or c = $3',
      names: ['name', 'limit', 'name'],
    })
    expect(prepareStatement('select :a', (position) => `?${position}`).sql).toBe('select ?1')
  })

  it.each([
    ['strings', "select ':no', 'it''s :no', ''"],
    ['strings with escapes of PostgreSQL', String.raw`select E'it\'s :no', e'\\'`],
    ['strings in dollars', "select $$ :no ' $$, $tag$ :no $$ :no $tag$"],
    ['quoted names', 'select ":no", "a"":no" from `:no`'],
    ['comments', "select 1 -- :no it's\n/* :no ' \n :no */"],
    ['casts', 'select a::text, b :: integer'],
    ['positions in arrays', 'select a[1:2]'],
  ])('leaves %s as they are, and finds what follows them', (_kind, text) => {
    expect(prepareStatement(`${text} where x = :yes`, dollar)).toStrictEqual({
      sql: `${text} where x = $1`,
      names: ['yes'],
    })
  })

  it('takes a cast parameter, and the whole of a name with digits or capitals', () => {
    expect(prepareStatement('select :after::integer, :hash2, :Name', dollar)).toStrictEqual({
      sql: 'select $1::integer, $2, $3',
      names: ['after', 'hash2', 'Name'],
    })
  })
})
