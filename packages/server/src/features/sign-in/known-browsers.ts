import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../platform/clock/index.ts'
import type { Random } from '../../platform/random/index.ts'

/** Half a year after the name was last proved there. */
export const knownBrowserSeconds = 180 * 24 * 3600
/** People share a machine; whoever came first leaves first. */
const mostNames = 5
const renewAfterDays = 30

/**
 * Browsers on which a name was proved before. The cookie holds one entry per name: a random id, a day, and a MAC of both and
 * the name's key, so that it names nobody and cannot be made by others. It proves nobody: it lets a name be tried on this
 * browser while strangers have used up the name's tries elsewhere.
 *
 * @see OWASP, Slow Down Online Guessing Attacks with Device Cookies
 */
export interface KnownBrowsers {
  /** @returns what tries of this name on this browser are counted under; undefined on a browser that is not known for it */
  find(cookie: string | undefined, subject: Buffer): string | undefined
  /** @returns the cookie's new value after the name was proved; undefined while the present one is fresh */
  note(cookie: string | undefined, subject: Buffer): string | undefined
}

/** @param secret 32 bytes, kept sealed */
export function knownBrowsers(secret: Buffer, { clock, random }: { clock: Clock; random: Random }): KnownBrowsers {
  const today = (): number => Math.floor(clock.nowSeconds() / 86_400)
  const macOf = (id: string, day: string, subject: Buffer): Buffer =>
    createHmac('sha256', secret).update(`known browser\0${id}\0${day}\0`).update(subject).digest().subarray(0, 16)

  function read(
    cookie: string | undefined,
    subject: Buffer,
  ): { readonly entry: string; readonly id: string; readonly age: number } | undefined {
    for (const entry of entriesOf(cookie)) {
      const [id = '', day = '', mac = ''] = entry.split('.')
      const age = today() - Number.parseInt(day, 36)
      if (!(age <= knownBrowserSeconds / 86_400)) continue
      const given = Buffer.from(mac, 'base64url')
      const made = macOf(id, day, subject)
      if (given.length === made.length && timingSafeEqual(given, made)) return { entry, id, age }
    }
    return undefined
  }

  return {
    find: (cookie, subject) => read(cookie, subject)?.id,
    note(cookie, subject) {
      const present = read(cookie, subject)
      if (present && present.age < renewAfterDays) return undefined
      const id = present?.id ?? random.bytes(16).toString('base64url')
      const day = today().toString(36)
      const entry = `${id}.${day}.${macOf(id, day, subject).toString('base64url')}`
      return [entry, ...entriesOf(cookie).filter((one) => one !== present?.entry)].slice(0, mostNames).join('~')
    },
  }
}

const isEntry = /^[\w-]{22}\.[0-9a-z]{1,6}\.[\w-]{22}$/

const entriesOf = (cookie: string | undefined): string[] =>
  cookie === undefined || cookie.length > 1000
    ? []
    : cookie
        .split('~')
        .filter((entry) => isEntry.test(entry))
        .slice(0, mostNames)
