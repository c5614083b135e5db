import { mail } from './mail-frame.ts'
import type { MailContent, MailView } from './mail-frame.ts'

/**
 * Tells a person that their password is a new one, whoever changed it.
 *
 * @param input.changedAtSeconds Unix time in seconds
 * @param input.timeZone an IANA zone; the mail names it beside the time
 * @param input.resetUrl an absolute http(s) URL where a person who did not do it can act at once
 */
export function passwordChangedMail(
  input: MailView & { username: string; changedAtSeconds: number; timeZone: string; resetUrl: string },
): MailContent {
  const { t, locale, username } = input
  const brand = input.brand.name
  const when = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZone: input.timeZone,
    timeZoneName: 'short',
  }).format(new Date(input.changedAtSeconds * 1000))
  return mail(input, t('mail.changed.subject', { brand }), [
    { kind: 'words', text: t('mail.changed.first', { username, brand, when }) },
    { kind: 'words', text: t('mail.changed.ok') },
    { kind: 'words', text: t('mail.changed.notYou') },
    { kind: 'button', label: t('mail.changed.reset'), url: input.resetUrl },
    { kind: 'small', text: t('mail.changed.secret') },
  ])
}
