import type { OrganizationId } from '../tenancy/index.ts'
import type { UserId } from '../users/index.ts'

export const resetCodeDigits = 8
export const resetCodeAttempts = 5
export const resetCodeSeconds = 15 * 60

/** A person has one code of this door at a time; asking again takes the place of the last one. */
export const resetCodeId = (organization: OrganizationId, user: UserId): string => `management ${organization} ${user}`

/** The code as a link carries it: it says whom it is for. */
export const linkCode = (userId: string, digits: string): string => `${userId}.${digits}`

export interface PresentedCode {
  readonly digits: string
  /** From a link's code. */
  readonly userId: string | undefined
}

/** @returns undefined for a text that no code of ours looks like */
export function readPresentedCode(text: string): PresentedCode | undefined {
  const match = /^(?:([0-9a-f-]{36})\.)?(\d{8})$/.exec(text.trim())
  return match?.[2] === undefined ? undefined : { digits: match[2], userId: match[1] }
}
