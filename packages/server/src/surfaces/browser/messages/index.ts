export { chooseLocale, directionOf } from './locale.ts'
export { createTranslator, supportedLocales, testLocales } from './translator.ts'
export type { Locale, MessageId, MessageOverrides, Translate } from './translator.ts'
