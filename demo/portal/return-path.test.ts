import { describe, expect, it } from 'vitest'
import { safeReturnPath, safeTargetPath } from './return-path.ts'

describe('the place to go to after the sign-in', () => {
  it.each(['/', '/invoices', '/invoices?status=overdue&search=N%C3%BA%C3%B1ez', '/payers?page=2'])(
    'may be %s',
    (path) => {
      expect(safeReturnPath(path)).toBe(path)
    },
  )

  it.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '/\t/evil.example/',
    '/\n//evil.example/',
    '\\\\evil.example',
    '/./\t//evil.example',
    '/x/..//evil.example',
    'javascript:alert(1)',
    ' /invoices',
    'invoices',
    '',
    `/${'x'.repeat(2000)}`,
    undefined,
    ['/invoices', '/payers'],
    42,
  ])('is the start for %j', (wanted) => {
    expect(safeReturnPath(wanted)).toBe('/')
  })

  it.each(['/sign-in', '/signed-in?code=x', '/sign-out', '/signed-out', '/login?iss=x', '/a/../sign-in'])(
    'is never the sign-in itself: %s',
    (wanted) => {
      expect(safeReturnPath(wanted)).toBe('/')
    },
  )
})

describe('the target of a sign-in that began elsewhere', () => {
  const own = 'http://portal.localhost:4100'

  it('is a page of ours, whole address and all', () => {
    expect(safeTargetPath(`${own}/invoices?status=open`, own)).toBe('/invoices?status=open')
  })

  it.each([
    'http://portal.localhost:4101/invoices',
    'https://portal.localhost:4100/invoices',
    'http://portal.localhost:4100.evil.example/invoices',
    'http://portal.localhost:4100@evil.example/invoices',
    `${own}//evil.example`,
    '/invoices',
    'nonsense',
    undefined,
  ])('is the start for %j', (target) => {
    expect(safeTargetPath(target, own)).toBe('/')
  })
})
