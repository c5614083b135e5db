import { addressOf, errorAnswer } from '../operation.ts'
import { secureAuthOperations } from '../secureauth/operations.ts'
import type { Operation } from '../operation.ts'
import { Value } from 'typebox/value'
import { faultsOfExchange } from './faults-of-exchange.ts'

/** A `fetch` that rejects when what went over it is not as the rows, and the vendor's descriptions, say. `held` grows by each. */
export function heldFetch(fetch: typeof globalThis.fetch): { readonly fetch: typeof fetch; readonly held: string[] } {
  const held: string[] = []
  return {
    held,
    async fetch(input, init) {
      const request = new Request(input, init)
      const row = rowOf(request.method, new URL(request.url).pathname)
      if (!row || 'isLines' in row) return fetch(request)
      const text = await request.clone().text()
      const response = await fetch(request)
      const answered = await response.clone().text()
      const body: unknown = text === '' ? undefined : JSON.parse(text)
      const answer: unknown = answered === '' ? undefined : JSON.parse(answered)
      const isTaken = response.status === row.status
      const faults = [
        ...(isTaken && !Value.Check(row.body, body) ? ['the body was taken and is not as its row says'] : []),
        ...(Value.Check(isTaken ? row.answer : errorAnswer, answer) ? [] : ['the answer is not as its row says']),
        ...faultsOfExchange(row, { body, status: response.status, answer }),
      ]
      if (faults.length > 0) throw new Error(`${row.operationId}: ${faults.join('; ')}: ${answered.slice(0, 500)}`)
      held.push(row.operationId)
      return response
    },
  }
}

const patterns = secureAuthOperations.map((row) => ({ row, words: addressOf(row).split('/') }))

/** Where two fit, the one with more fixed words. */
function rowOf(method: string, path: string): Operation | undefined {
  const parts = path.split('/')
  const fitting = patterns.filter(
    ({ row, words }) =>
      row.method === method &&
      words.length === parts.length &&
      words.every((word, index) => word.startsWith('{') || word === parts[index]),
  )
  const holes = ({ words }: { readonly words: readonly string[] }): number =>
    words.filter((word) => word.startsWith('{')).length
  return fitting.toSorted((one, other) => holes(one) - holes(other))[0]?.row
}
