import { describe, expect, it } from 'vitest'
import {
  asProblem,
  oauthError,
  Problem,
  problemCodes,
  problemDetails,
  problems,
  scimError,
  secureAuthError,
} from './index.ts'

const dialects = { problemDetails, oauthError, secureAuthError, scimError }

describe.each(problemCodes)('%s', (code) => {
  const { status, title, ...row }: { status: number; title: string; oauth?: string; scim?: string } = problems[code]
  const plain = new Problem(code)
  const told = new Problem(code, 'what happened', { details: { field: 'name' }, cause: new Error('inner') })

  it('is problem details with its type, title and status (RFC 9457 §3.1)', () => {
    expect(problemDetails(plain, 'r-1')).toStrictEqual({
      status,
      contentType: 'application/problem+json',
      headers: {},
      body: { type: `urn:gatehouse:problem:${code}`, title, status, request_id: 'r-1' },
    })
    expect(problemDetails(told, 'r-1').body).toStrictEqual({
      type: `urn:gatehouse:problem:${code}`,
      title,
      status,
      detail: 'what happened',
      details: { field: 'name' },
      request_id: 'r-1',
    })
  })

  it('is an OAuth error with the status that its error word has (RFC 6749 §5.2, RFC 6750 §3.1, RFC 9470 §3)', () => {
    const rendered = oauthError(plain, 'r-1')
    const error = row.oauth ?? (status >= 500 ? 'server_error' : 'invalid_request')
    expect(rendered.body).toStrictEqual({ error, error_description: title })
    expect(rendered.contentType).toBe('application/json')
    if (status >= 500 || status === 429) expect(rendered.status).toBe(status)
    else if (['insufficient_user_authentication', 'invalid_client', 'invalid_token'].includes(error))
      expect(rendered.status).toBe(401)
    else if (error === 'insufficient_scope') expect(rendered.status).toBe(403)
    else expect(rendered.status).toBe(400)
    expect(oauthError(told, 'r-1').body).toStrictEqual({ error, error_description: 'what happened' })
  })

  it("is the vendor's error object", () => {
    expect(secureAuthError(plain, 'r-1')).toStrictEqual({
      status,
      contentType: 'application/json',
      headers: {},
      body: { error: title, error_code: code, status_code: status, details: { request_id: 'r-1' } },
    })
    expect(secureAuthError(told, 'r-1').body).toStrictEqual({
      error: 'what happened',
      error_code: code,
      status_code: status,
      details: { field: 'name', request_id: 'r-1' },
    })
  })

  it('is a SCIM error whose status is one SCIM knows, and has a scimType only where one is defined (RFC 7644 §3.12)', () => {
    const { body, ...rendered } = scimError(plain, 'r-1')
    expect(rendered).toStrictEqual({
      status: status === 422 ? 400 : status,
      contentType: 'application/scim+json',
      headers: {},
    })
    expect(body['schemas']).toStrictEqual(['urn:ietf:params:scim:api:messages:2.0:Error'])
    expect(body['status']).toBe(String(rendered.status))
    expect(body['detail']).toBe(title)
    const allowed: Readonly<Record<number, readonly string[]>> = {
      400: ['invalidFilter', 'tooMany', 'invalidSyntax', 'invalidPath', 'noTarget', 'invalidValue', 'mutability'],
      409: ['uniqueness'],
    }
    if ('scimType' in body) expect(allowed[rendered.status]).toContain(body['scimType'])
    expect(body['scimType']).toBe(row.scim)
  })

  it('says nothing of its cause in any dialect', () => {
    for (const dialect of Object.values(dialects)) expect(JSON.stringify(dialect(told, 'r-1'))).not.toContain('inner')
  })

  it('has a title that is a short printable sentence', () => {
    expect(title).toMatch(/^[A-Z][\x20-\x21\x23-\x5b\x5d-\x7e]{3,70}[^.]$/)
  })
})

describe('every dialect', () => {
  it.each(Object.entries(dialects))(
    '%s says when to try again, in whole seconds (RFC 9110 §10.2.3)',
    (_name, dialect) => {
      const problem = new Problem('request.throttled', undefined, { retryAfterSeconds: 61 })
      expect(dialect(problem, 'r-1').headers).toStrictEqual({ 'retry-after': '61' })
    },
  )

  it('keeps an error_description within the characters that OAuth allows (RFC 6749 §5.2)', () => {
    const { body } = oauthError(new Problem('request.invalid', 'a "b"\r\nc\\d é 😀'), 'r-1')
    expect(body['error_description']).toBe("a 'b'??c?d ? ?")
  })
})

describe('what was thrown', () => {
  it('is told as it is when it is a problem', () => {
    const problem = new Problem('user.not_found', 'no such person')
    expect(asProblem(problem)).toBe(problem)
  })

  it.each([
    ['an error of our own', new Error('connection to db.internal:5432 as gatehouse failed')],
    ['an error with a status of 500', Object.assign(new Error('db.internal'), { statusCode: 500 })],
    ['an error whose status is text', Object.assign(new Error('db.internal'), { statusCode: '404' })],
    ['something that is no error', 'db.internal'],
    ['nothing', undefined],
  ])('loses its text and stays the cause for the log: %s', (_name, thrown) => {
    const problem = asProblem(thrown)
    expect(problem.code).toBe('server.error')
    expect(problem.cause).toBe(thrown)
    for (const dialect of Object.values(dialects)) {
      expect(JSON.stringify(dialect(problem, 'r-1'))).not.toContain('db.internal')
    }
  })

  it.each([
    [400, 'request.malformed'],
    [404, 'request.not_found'],
    [413, 'request.too_large'],
    [415, 'request.malformed'],
  ])('by the web framework with status %d is %s, without the framework’s words', (statusCode, code) => {
    const problem = asProblem(Object.assign(new Error('FST_ERR_X: inner'), { statusCode }))
    expect(problem.code).toBe(code)
    expect(problem.detail).toBeUndefined()
  })
})
