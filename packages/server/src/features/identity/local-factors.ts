import type { Factors } from './factors.ts'
import { localFactorCodes } from './local-factor-codes.ts'
import { localFirstFactors } from './local-first-factors.ts'
import type { LocalNeeds } from './local-needs.ts'
import { localWebAuthn } from './local-webauthn.ts'

/** Factors of people in our own database. Each change is one transaction with its audit events. */
export const localFactors = (needs: LocalNeeds): Factors => ({
  ...localWebAuthn(needs),
  ...localFactorCodes(needs),
  ...localFirstFactors(needs),
})
