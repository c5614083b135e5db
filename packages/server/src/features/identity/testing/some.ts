import { expect } from 'vitest'

/** Values that a test expects without knowing them; typed so that nothing spreads from them. */
export const someText: unknown = expect.any(String)
export const someId: unknown = expect.stringMatching(/^[0-9a-f-]{36}$/)
