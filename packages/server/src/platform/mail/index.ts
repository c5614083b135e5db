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
  send(mail: Mail): Promise<void>
  close(): void
}

/** @param url `smtp://` or `smtps://`, credentials in it stay in it */
export function smtpSender(url: string): MailSender {
  const transport = createTransport(url, { disableFileAccess: true, disableUrlAccess: true })
  return {
    async send({ from, to, subject, text, html }) {
      // As an object, so that nothing in the address can add a second one.
      await transport.sendMail({ from, to: { name: '', address: to }, subject, text, html })
    },
    close: () => transport.close(),
  }
}
