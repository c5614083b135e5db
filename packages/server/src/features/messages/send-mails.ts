import type { Clock } from '../../platform/clock/index.ts'
import type { Db } from '../../platform/db/index.ts'
import type { JobName, JobPayloads } from '../../platform/jobs/index.ts'
import type { Log } from '../../platform/log/index.ts'
import type { MailSender } from '../../platform/mail/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { createTranslator, supportedLocales, chooseLocale } from '../../surfaces/browser/messages/index.ts'
import { brandOf } from '../branding/index.ts'
import { codePurposes, findCode, findKeptCode } from '../credentials/index.ts'
import { findIssuer, findOrganization, organizationId } from '../tenancy/index.ts'
import type { Issuer, Organization } from '../tenancy/index.ts'
import { canonicalAddress, findUser, findUsername, selectAddresses, userId } from '../users/index.ts'
import type { User } from '../users/index.ts'
import { addressInUseMail } from './address-in-use-mail.ts'
import { userCodeMail } from './user-code-mail.ts'
import type { MailContent, MailView } from './mail-frame.ts'
import { passwordChangedMail } from './password-changed-mail.ts'
import { passwordCodeMail } from './password-code-mail.ts'
import { usernamesMail } from './usernames-mail.ts'

export interface MailNeeds {
  readonly db: Db
  readonly clock: Clock
  readonly vault: Vault
  readonly log: Log
  /** Absent: no mail server is configured, and the job is tried again later. */
  readonly sender: MailSender | undefined
  readonly from: string
  readonly origin: string
  readonly codeLifeSeconds: number
  /** Whose name it is and where their messages go; undefined when there is nobody. */
  findRecipient(issuer: Issuer, within: Organization | undefined, typed: string): Promise<Recipient | undefined>
  /** Every username whose messages go to this address, by the organization they belong to. */
  findUsernames(issuer: Issuer, within: Organization | undefined, address: string): Promise<readonly string[]>
}

export interface Recipient {
  readonly address: string
  readonly organization: Organization | undefined
}

/**
 * The work behind each kind of message. Finding out whether there is anybody to write to happens here, where the person
 * who asked does not wait. Sent at least once: a crash between sending and remembering sends again, with the same code.
 */
type MailName = Exclude<JobName, 'logout.notify'>
export type MailWork = { readonly [Name in MailName]: (payload: JobPayloads[Name]) => Promise<void> }

export function mailWork(needs: MailNeeds): MailWork {
  async function placeOf(
    issuerPath: string,
    organization: string | null,
  ): Promise<{ issuer: Issuer; within: Organization | undefined } | undefined> {
    const [, tenantId = '', segment = ''] = issuerPath.split('/')
    const issuer = await findIssuer(needs.db.reader, tenantId, segment)
    if (!issuer) return undefined
    const within =
      organization === null
        ? issuer.organization
        : await findOrganization(needs.db.reader, tenantId, organizationId(organization))
    return { issuer, within }
  }

  /** People of a pool of the workspace itself belong to no organization. */
  async function placeOfUser(job: {
    readonly tenantId: string
    readonly workspaceId: string
    readonly organizationId: string
  }): Promise<{ issuer: Issuer; within: Organization | undefined } | undefined> {
    const issuer = await findIssuer(needs.db.reader, job.tenantId, job.workspaceId)
    const within = await findOrganization(needs.db.reader, job.tenantId, organizationId(job.organizationId))
    return issuer && { issuer, within }
  }

  function view(issuer: Issuer, organization: Organization | undefined, uiLocales: string | null): MailView {
    const locale = chooseLocale(undefined, uiLocales ?? undefined, supportedLocales)
    return { t: createTranslator(locale), locale, brand: brandOf(issuer.workspace, organization) }
  }

  async function send(to: string, content: MailContent): Promise<void> {
    if (!needs.sender) throw new Error('no mail server is configured (GATEHOUSE_SMTP_URL)')
    await needs.sender.send({ from: needs.from, to, ...content })
  }

  const hostOf = (): string => new URL(needs.origin).hostname
  const startUrl = (issuer: Issuer): string => `${needs.origin}${issuer.path}/sign-in`

  async function emailOf(user: User): Promise<string | undefined> {
    const addresses =
      (await selectAddresses(needs.db.reader, user.organizationId, [user.userId])).get(user.userId) ?? []
    return addresses.find((address) => address.type === 'email' && address.isVerified && address.status === 'active')
      ?.address
  }

  return {
    async 'mail.reset_code'(job) {
      const place = await placeOf(job.issuerPath, job.fixedOrganizationId)
      if (!place) return
      const code = await findCode(needs.db.reader, needs.vault, job.flowId, 'password_reset', needs.clock.now())
      const recipient =
        code === undefined ? undefined : await needs.findRecipient(place.issuer, place.within, job.typed)
      if (code === undefined || !recipient) {
        needs.log.info('no reset code sent', {
          flow: job.flowId,
          reason: code === undefined ? 'code.spent' : 'code.no_address',
        })
        return
      }
      // The mail goes to the person themselves, so it may wear their own biller's name.
      const content = passwordCodeMail({
        ...view(place.issuer, recipient.organization, job.uiLocales),
        code,
        host: hostOf(),
        lifeSeconds: needs.codeLifeSeconds,
      })
      await send(recipient.address, content)
    },
    async 'mail.pool_reset_code'(job) {
      const organization = await findOrganization(needs.db.reader, job.tenantId, organizationId(job.organizationId))
      const issuer = organization && (await findIssuer(needs.db.reader, job.tenantId, organization.workspaceId))
      const code = await findCode(needs.db.reader, needs.vault, job.codeId, 'password_reset', needs.clock.now())
      if (!issuer || code === undefined) return
      await send(
        job.address,
        passwordCodeMail({
          ...view(issuer, organization, null),
          code,
          host: hostOf(),
          lifeSeconds: needs.codeLifeSeconds,
        }),
      )
    },
    async 'mail.user_code'(job) {
      const purpose = codePurposes.find((one) => one === job.purpose)
      const place = await placeOfUser(job)
      if (!place || purpose === undefined) return
      const kept = await findKeptCode(needs.db.reader, needs.vault, job.codeId, purpose, needs.clock.now())
      // Another one has taken its place and is on its way.
      if (!kept || kept.issueId !== job.issueId) {
        needs.log.info('no code sent', { purpose, reason: 'code.spent' })
        return
      }
      const lifeSeconds = Math.round((kept.expiresAt.getTime() - kept.createdAt.getTime()) / 1000)
      await send(
        job.address,
        userCodeMail({ ...view(place.issuer, place.within, null), ...kept, purpose, lifeSeconds }),
      )
    },
    async 'mail.address_in_use'(job) {
      const place = await placeOfUser(job)
      if (!place) return
      await send(
        job.address,
        addressInUseMail({ ...view(place.issuer, place.within, null), signInUrl: startUrl(place.issuer) }),
      )
    },
    async 'mail.usernames'(job) {
      const place = await placeOf(job.issuerPath, job.fixedOrganizationId)
      if (!place) return
      const usernames = await needs.findUsernames(place.issuer, place.within, job.address)
      if (usernames.length === 0) return
      // To the address that was looked up, not as it was typed: two spellings that compare alike may be two mailboxes.
      await send(
        canonicalAddress(job.address),
        usernamesMail({
          ...view(place.issuer, place.within, job.uiLocales),
          usernames,
          signInUrl: startUrl(place.issuer),
        }),
      )
    },
    async 'mail.password_changed'(job) {
      const place = await placeOf(job.issuerPath, job.organizationId)
      const user = place && (await findUser(needs.db.reader, organizationId(job.organizationId), userId(job.userId)))
      const address = user && (await emailOf(user))
      if (!place || !user || address === undefined) return
      await send(
        address,
        passwordChangedMail({
          ...view(place.issuer, place.within, job.uiLocales),
          username: (await findUsername(needs.db.reader, user)) ?? '',
          changedAtSeconds: job.changedAtSeconds,
          timeZone: 'UTC',
          resetUrl: startUrl(place.issuer),
        }),
      )
    },
  }
}
