import { mail } from './mail-frame.ts'
import type { MailContent, MailView } from './mail-frame.ts'

/** To the owner of an address, when somebody tried to register with it or to verify it. Whoever tried is told nothing. */
export function addressInUseMail(input: MailView & { signInUrl: string }): MailContent {
  const { t } = input
  const brand = input.brand.name
  return mail(input, t('mail.inUse.subject', { brand }), [
    { kind: 'words', text: t('mail.inUse.first', { brand }) },
    { kind: 'words', text: t('mail.inUse.you') },
    { kind: 'button', label: t('mail.inUse.button'), url: input.signInUrl },
    { kind: 'small', text: t('mail.inUse.notYou') },
  ])
}
