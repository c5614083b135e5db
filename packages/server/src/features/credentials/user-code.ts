import { createHash, timingSafeEqual } from 'node:crypto'
import { addSeconds } from '../../platform/clock/index.ts'
import type { Clock } from '../../platform/clock/index.ts'
import type { Reader, Tx } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import type { UserId } from '../users/index.ts'
import type { CodeRules } from './code-rules.ts'
import { codePurposes, findKeptCode, saveCode, takeTry } from './codes.store.ts'
import type { CodePurpose } from './codes.store.ts'

/** NIST SP 800-63B-4 §3.1.3.2 asks for a limit; the throttle counts beside it, over all codes of a name. */
const attempts = 5

interface Holder {
  readonly organizationId: OrganizationId
  readonly userId: UserId
}

/**
 * A person has one code for each purpose, and one for each address that is to be verified. Asking again takes the place of
 * the last one.
 */
export function userCodeId(purpose: CodePurpose, holder: Holder, addressId: string | undefined): string {
  const whose = `${holder.organizationId} ${holder.userId}`
  if (purpose === 'password_reset') return `management ${whose}`
  return purpose === 'verify_address' ? `${purpose} ${whose} ${addressId ?? ''}` : `${purpose} ${whose}`
}

export interface NewUserCode extends Holder {
  readonly purpose: CodePurpose
  readonly tenantId: string
  /** Where it goes, or what it is to prove. */
  readonly addressId: string | undefined
  /** As every door that sends codes makes it. */
  readonly subjectKey: Buffer
  readonly rules: CodeRules
}

export interface IssuedCode {
  readonly codeId: string
  /** Of this code; the next one of the same purpose has another. */
  readonly issueId: string
  /** What people type; it needs to be said whose it is. */
  readonly code: string
  /** The same proof as one text that stands alone, for links and machines. */
  readonly extended: string
  readonly expiresAt: Date
}

/** Makes a code and ends the one before it of the same purpose. It is told to nobody here. */
export async function issueUserCode(
  tx: Tx,
  { clock, random, vault }: { readonly clock: Clock; readonly random: Random; readonly vault: Vault },
  input: NewUserCode,
): Promise<IssuedCode> {
  const { purpose, addressId } = input
  const createdAt = clock.now()
  const issueId = random.uuid()
  const secret = random.secret()
  const issued = {
    codeId: userCodeId(purpose, input, addressId),
    issueId,
    code: random.digits(input.rules.digits),
    expiresAt: addSeconds(createdAt, input.rules.lifeSeconds),
  }
  await saveCode(tx, vault, {
    ...issued,
    purpose,
    tenantId: input.tenantId,
    secret,
    addressId,
    subjectKey: purpose === 'verify_address' ? ofAddress(input.subjectKey, addressId) : input.subjectKey,
    attempts,
    createdAt,
  })
  const parts = [purpose, input.userId, ...(purpose === 'verify_address' ? [addressId] : []), secret]
  return { ...issued, extended: parts.join('.') }
}

/** Codes for several addresses of one person stand beside each other. */
const ofAddress = (subjectKey: Buffer, addressId: string | undefined): Buffer =>
  createHash('sha256')
    .update(subjectKey)
    .update(addressId ?? '')
    .digest()

/** A code as somebody sends it. */
export type PresentedCode =
  | { readonly kind: 'short'; readonly digits: string }
  | {
      readonly kind: 'extended'
      readonly purpose: CodePurpose
      readonly userId: string
      readonly addressId: string | undefined
      readonly secret: string
    }

const extendedForm =
  /^([a-z_]{1,20})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.([0-9a-f-]{36}))?\.([A-Za-z0-9_-]{43})$/

/** @returns undefined for a text that no code of ours looks like */
export function readPresentedCode(text: string): PresentedCode | undefined {
  const typed = text.trim()
  if (/^\d{6,12}$/.test(typed)) return { kind: 'short', digits: typed }
  const [, word, userId, addressId, secret] = extendedForm.exec(typed) ?? []
  const purpose = codePurposes.find((one) => one === word)
  if (purpose === undefined || userId === undefined || secret === undefined) return undefined
  return { kind: 'extended', purpose, userId, addressId, secret }
}

/** Which code was right. */
export interface RightCode {
  readonly codeId: string
  readonly issueId: string | undefined
  readonly addressId: string | undefined
}

/**
 * Compares what somebody has sent with the person's code. A try with the short form is spent in a transaction of its
 * own, right or wrong; the long form cannot be guessed and costs none, so that nobody who knows an id spends a person's
 * tries. The code is not spent: `consumeCode` does that, with what it permits.
 */
export async function checkUserCode(
  needs: {
    readonly reader: Reader
    readonly vault: Vault
    readonly clock: Clock
    transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  },
  purpose: CodePurpose,
  holder: Holder,
  addressId: string | undefined,
  presented: PresentedCode,
): Promise<RightCode | undefined> {
  const codeId = userCodeId(purpose, holder, addressId)
  const now = needs.clock.now()
  if (presented.kind === 'extended') {
    const kept = await findKeptCode(needs.reader, needs.vault, codeId, purpose, now)
    return kept?.secret !== undefined && kept.isNewest && isSame(kept.secret, presented.secret)
      ? { ...kept, codeId }
      : undefined
  }
  const taken = await needs.transact((tx) => takeTry(tx, needs.vault, codeId, purpose, now))
  // Each is compared, whichever it is.
  const same = taken?.codes.filter((code) => isSame(code, presented.digits)) ?? []
  return taken && same.length > 0 ? { ...taken, codeId } : undefined
}

function isSame(kept: string, sent: string): boolean {
  const [ours, theirs] = [Buffer.from(kept), Buffer.from(sent)]
  return ours.length === theirs.length && timingSafeEqual(ours, theirs)
}
