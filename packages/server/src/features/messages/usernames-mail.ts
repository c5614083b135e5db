import { mail } from './mail-frame.ts'
import type { MailContent, MailView } from './mail-frame.ts'

/**
 * The answer to "Forgot username?": every username at this brand that uses the address.
 *
 * @param input.usernames at least one; nobody gets a mail that says there is none
 * @param input.signInUrl an absolute http(s) URL
 */
export function usernamesMail(input: MailView & { usernames: readonly string[]; signInUrl: string }): MailContent {
  const { t, usernames } = input
  if (usernames.length === 0) throw new Error('a mail with usernames needs at least one')
  const brand = input.brand.name
  return mail(input, t('mail.username.subject', { brand }), [
    { kind: 'words', text: t('mail.username.first', { count: usernames.length, brand }) },
    { kind: 'list', items: usernames },
    { kind: 'button', label: t('mail.username.signIn'), url: input.signInUrl },
    { kind: 'small', text: t('mail.username.secret') },
    { kind: 'small', text: t('mail.username.notYou') },
  ])
}
