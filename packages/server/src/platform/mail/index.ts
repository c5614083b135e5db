import { createTransport } from 'nodemailer'

export interface Mail {
  readonly from: string
  /** One address. */
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** The door to the mail server. A failure is thrown, so that the job that sends is tried again. */
export interface MailSender {
  /** @throws Error when `to` is not exactly one plain address; it then reaches nobody */
  send(mail: Mail): Promise<void>
  close(): void
}

/**
 * One address: no second @, nothing that lists, comments, groups or quotes, no white space or control. Narrower than
 * RFC 5321 §4.1.2, which allows quoted local parts; what mail programs make of those differs too much to trust.
 */
const oneAddress = /^[^\s\p{Cc}@<>()[\]\\,;:"]{1,64}@[^\s\p{Cc}@<>()[\]\\,;:"]{1,255}$/u

/** @param url `smtp://` or `smtps://`, credentials in it stay in it */
export function smtpSender(url: string): MailSender {
  const transport = createTransport(url, { disableFileAccess: true, disableUrlAccess: true })
  return {
    async send({ from, to, subject, text, html }) {
      if (!oneAddress.test(to)) throw new Error('a mail was not sent: its recipient is not one address')
      // As an object, so that nothing in the address can add a second one.
      await transport.sendMail({ from, to: { name: '', address: to }, subject, text, html })
    },
    close: () => transport.close(),
  }
}
