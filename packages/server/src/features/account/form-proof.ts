import { createHmac, timingSafeEqual } from 'node:crypto'

/** A secret of one session that its own pages know: a form without it was not made by us for this person (SE04). */
export interface FormProofs {
  of(sessionUid: string): string
  isOf(sessionUid: string, given: string): boolean
}

export function formProofs(key: Buffer): FormProofs {
  const of = (sessionUid: string): string =>
    createHmac('sha256', key).update(`account form\0${sessionUid}`).digest('base64url')
  return {
    of,
    isOf(sessionUid, given) {
      const [wanted, got] = [Buffer.from(of(sessionUid)), Buffer.from(given)]
      return wanted.length === got.length && timingSafeEqual(wanted, got)
    },
  }
}
