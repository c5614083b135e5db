import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'

/** A letter that somebody sent to anybody; it went no further than this. */
export interface Letter {
  readonly id: number
  readonly receivedAt: Date
  readonly from: string
  /** Whom the envelope names, who may be others than the header says. */
  readonly to: readonly string[]
  readonly subject: string
  /** In CRLF-free lines; empty when the letter has no text part. */
  readonly text: string
  /** As it came, hostile or not; undefined when the letter has none. */
  readonly html: string | undefined
  /** The number that the letter is about, if it is about one. */
  readonly code: string | undefined
}

export interface Mailbox {
  /** The newest first. */
  letters(): readonly Letter[]
  find(id: number): Letter | undefined
  close(): Promise<void>
}

const lettersKept = 500
const largestBytes = 2_000_000

/**
 * Takes every letter on a port of this machine and keeps the last ones in memory. Nothing is ever sent on.
 *
 * @throws a system error with its `code` when the port cannot be listened on
 */
export async function openMailbox(port: number): Promise<Mailbox> {
  const kept: Letter[] = []
  let lastId = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: largestBytes,
    logger: false,
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.once('end', () => {
        if (stream.sizeExceeded) {
          callback(Object.assign(new Error('The letter is too large.'), { responseCode: 552 }))
          return
        }
        const to = session.envelope.rcptTo.map((recipient) => recipient.address)
        lastId += 1
        const place = { id: lastId, receivedAt: new Date(), to }
        const answer = async (): Promise<void> => callback(await keep(Buffer.concat(chunks), place))
        void answer()
      })
    },
  })
  /** @returns what to answer the sender: nothing is good, an error says why not */
  async function keep(raw: Buffer, place: Pick<Letter, 'id' | 'receivedAt' | 'to'>): Promise<Error | null> {
    try {
      kept.unshift(await readLetter(raw, place))
      kept.length = Math.min(kept.length, lettersKept)
      return null
    } catch (cause) {
      return Object.assign(new Error('The letter cannot be read.', { cause }), { responseCode: 554 })
    }
  }

  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, '127.0.0.1', resolve)
  await promise
  // A client that hangs up in the middle is its own trouble.
  server.off('error', reject).on('error', () => undefined)
  return {
    letters: () => kept,
    find: (id) => kept.find((letter) => letter.id === id),
    async close() {
      const closed = Promise.withResolvers<void>()
      server.close(closed.resolve)
      await closed.promise
    },
  }
}

/** @throws Error for what is no letter at all */
export async function readLetter(raw: Buffer, place: Pick<Letter, 'id' | 'receivedAt' | 'to'>): Promise<Letter> {
  const email = await PostalMime.parse(raw, { maxNestingDepth: 20, maxHeadersSize: 100_000 })
  const sender = email.from
  const text = (email.text ?? '').replaceAll('\r\n', '\n').trim()
  const subject = email.subject?.trim() ?? ''
  return {
    ...place,
    from: sender ? [sender.name, sender.address && `<${sender.address}>`].filter(Boolean).join(' ') : '',
    subject: subject === '' ? '(no subject)' : subject,
    text,
    html: email.html === undefined || email.html === '' ? undefined : email.html,
    code: findCode(subject, text),
  }
}

/** Six to eight digits that stand alone, in the subject or at the head of the text; "123 456" counts as one number. */
export function findCode(subject: string, text: string): string | undefined {
  const alone = /(?<![\p{L}\p{N}#+$.,:/-])(\d{3}[ -]?\d{3}|\d{8})(?![\p{L}\p{N}]|[.,:/-]\d)/u
  const firstLine = text.split('\n').find((line) => line.trim() !== '') ?? ''
  const [, found] = alone.exec(subject) ?? alone.exec(firstLine) ?? []
  return found?.replaceAll(/[ -]/gu, '')
}
