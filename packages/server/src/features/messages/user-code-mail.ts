import { duration } from '../../surfaces/browser/pages/index.ts'
import type { CodePurpose } from '../credentials/index.ts'
import { mail } from './mail-frame.ts'
import type { MailContent, MailView } from './mail-frame.ts'

const first = {
  activation: 'mail.userCode.activation',
  authentication: 'mail.userCode.authentication',
  challenge: 'mail.userCode.challenge',
  enroll_webauthn: 'mail.userCode.enrollWebauthn',
  password_reset: 'mail.userCode.passwordReset',
  reset_totp: 'mail.userCode.resetTotp',
  verify_address: 'mail.userCode.verifyAddress',
} as const satisfies Record<CodePurpose, string>

/**
 * A code that an application asked for. It begins with the code, so that a preview shows it; unlike the one of our own
 * page it names no host, because it is typed into the application.
 */
export function userCodeMail(
  input: MailView & { code: string; purpose: CodePurpose; lifeSeconds: number },
): MailContent {
  const { t, code, purpose } = input
  const brand = input.brand.name
  return mail(input, t('mail.code.subject', { code, brand }), [
    { kind: 'words', text: t(first[purpose], { code, brand }) },
    { kind: 'code', code },
    { kind: 'words', text: t('mail.code.life', { wait: duration(t, input.lifeSeconds) }) },
    { kind: 'words', text: t('mail.userCode.secret') },
    { kind: 'small', text: t('mail.userCode.notYou') },
  ])
}
