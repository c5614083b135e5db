import { createIntl, createIntlCache } from '@formatjs/intl'
import en from './en.json' with { type: 'json' }
import es from './es.json' with { type: 'json' }
import { pseudo } from './pseudo.ts'

/** The name of one text, such as `password.title`. English is the source of the list. */
export type MessageId = keyof typeof en

/** Languages people can choose. The first is used when nothing else fits. */
export const supportedLocales = ['en', 'es'] as const

/** `en-XA` is English made 40 % longer; `ar-XB` is English written from right to left. Both are for tests. */
export const testLocales = ['en-XA', 'ar-XB'] as const

export type Locale = (typeof supportedLocales)[number] | (typeof testLocales)[number]

/** Texts a biller has changed, as ICU messages. What is missing stays as built in. */
export type MessageOverrides = Readonly<Partial<Record<MessageId, string>>>

/**
 * Gives a text in the translator's language as plain text, not HTML.
 * An override that cannot be formatted (a bad ICU message, an unknown placeholder) falls back to the built-in text,
 * so that a biller's typing mistake never closes their sign-in page.
 *
 * @param values one value for every placeholder of the message; numbers are written as the language writes them
 * @throws Error when a built-in message cannot be formatted with these values, which is our own mistake
 */
export type Translate = (id: MessageId, values?: Readonly<Record<string, string | number>>) => string

type Messages = Parameters<typeof createIntl>[0]['messages']
type Source = { readonly formatAs: string; readonly messages: NonNullable<Messages> }

const cache = createIntlCache()

const sources: Record<Locale, () => Source> = {
  en: () => ({ formatAs: 'en', messages: en }),
  es: () => ({ formatAs: 'es', messages: es }),
  'en-XA': () => ({ formatAs: 'en', messages: pseudo(en, 'long') }),
  'ar-XB': () => ({ formatAs: 'en', messages: pseudo(en, 'rtl') }),
}

const builtIn = new Map<Locale, Translate>()

/** A translator for one language; without overrides it is made once and kept. */
export function createTranslator(locale: Locale, overrides?: MessageOverrides): Translate {
  const plain = builtIn.get(locale) ?? translatorOf(sources[locale]())
  builtIn.set(locale, plain)
  if (!overrides) return plain

  const changed = translatorOf({ formatAs: sources[locale]().formatAs, messages: overrides })
  return (id, values) => {
    if (!Object.hasOwn(overrides, id)) return plain(id, values)
    try {
      return changed(id, values)
    } catch {
      return plain(id, values)
    }
  }
}

function translatorOf({ formatAs, messages }: Source): Translate {
  const onError = (error: Error) => {
    throw error
  }
  const intl = createIntl({ locale: formatAs, messages, timeZone: 'UTC', onError, onWarn: () => undefined }, cache)
  /** Of messages that take no values. */
  const texts = new Map<MessageId, string>()
  return (id, values) => {
    if (values) return intl.formatMessage({ id }, values)
    const present = texts.get(id)
    if (present !== undefined) return present
    const text = intl.formatMessage({ id })
    texts.set(id, text)
    return text
  }
}
