import { duration } from '../../surfaces/browser/pages/index.ts'
import { mail } from './mail-frame.ts'
import type { MailContent, MailView } from './mail-frame.ts'

/**
 * The code for a forgotten password. The text begins with the code, so that a preview shows it, and ends with the
 * line that binds it to our host, so that a browser offers it nowhere else.
 *
 * @param input.host the host of the sign-in page, without scheme and port
 * @see https://wicg.github.io/sms-one-time-codes/ the last line: `@host #code`
 */
export function passwordCodeMail(input: MailView & { code: string; host: string; lifeSeconds: number }): MailContent {
  const { t, code, host } = input
  const brand = input.brand.name
  return mail(
    input,
    t('mail.code.subject', { code, brand }),
    [
      { kind: 'words', text: t('mail.code.first', { code, brand }) },
      { kind: 'code', code },
      { kind: 'words', text: t('mail.code.life', { wait: duration(t, input.lifeSeconds) }) },
      { kind: 'words', text: t('mail.code.secret', { host }) },
      { kind: 'small', text: t('mail.code.notYou') },
    ],
    `@${host} #${code}`,
  )
}
