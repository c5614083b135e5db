import type { DeviceWords } from '../../surfaces/browser/pages/index.ts'

/**
 * What a browser says it is, in two names people know. Anybody may claim anything here: it helps a person to recognise
 * their own devices, and decides nothing (SE14).
 */
export function deviceOf(userAgent: string): DeviceWords {
  const text = userAgent.slice(0, 400)
  const find = (names: readonly (readonly [RegExp, string])[]) => names.find(([sign]) => sign.test(text))?.[1]
  const [browser, system] = [find(browsers), find(systems)]
  return { ...(browser === undefined ? {} : { browser }), ...(system === undefined ? {} : { system }) }
}

/** The more special first: most browsers also claim to be those they descend from. */
const browsers = [
  [/\bEdgi?A?(?:OS)?\//, 'Edge'],
  [/\b(?:OPR|OPT|OPX|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:HeadlessChrome|Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bVersion\/[\d.]+.*\bSafari\//, 'Safari'],
] as const

const systems = [
  [/\bWindows\b/, 'Windows'],
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac(?:intosh| OS X)\b/, 'Mac'],
  [/\bLinux\b/, 'Linux'],
] as const
