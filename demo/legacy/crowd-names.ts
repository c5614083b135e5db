import type { Biller } from './billers.ts'
import type { Draw } from './draw.ts'
import { deskLogins, nameGroups } from './names.ts'

/** What somebody of the crowd is called: as shown, and the two parts from which user name and address are made. */
export interface DrawnName {
  readonly given: string
  readonly family: string
  readonly displayName: string
}

/** A user name is compared in this form: lower case and NFC, non-ASCII letters included ("JOSÉ" and "jose" + accent are one). */
export function canonicalUsername(username: string): string {
  return username.normalize('NFC').toLowerCase().normalize('NFC')
}

/** A name as staff lists have them: mostly from one group, now and then married into another, with initials and double names. */
export function drawName(draw: Draw): DrawnName {
  const group = draw.pickByShare(nameGroups)
  const given = draw.pick(group.given)
  let family = draw.pick(draw.percent(88) ? group.family : draw.pickByShare(nameGroups).family)
  let shown = family
  if (group.twoFamilyNames && draw.percent(14)) {
    shown = `${family} ${draw.pick(group.family)}`
  } else if (draw.percent(2.5)) {
    shown = family = `${family}-${draw.pick(draw.pickByShare(nameGroups).family)}`
  }
  const initial = draw.percent(11) ? ` ${draw.pick('ABCDEFGHJKLMNPRSTVW'.split(''))}.` : ''
  const suffix = draw.percent(0.9) ? draw.pick([' Jr.', ' Sr.', ' III', ', CPA', ', P.E.']) : ''
  return { given, family, displayName: `${given}${initial} ${shown}${suffix}` }
}

/** A desk's log-in, such as "Meter Shop 3". */
export function drawDesk(draw: Draw): { readonly displayName: string; readonly local: string } {
  const desk = draw.pick(deskLogins)
  const number = draw.percent(70) ? 1 + draw.below(9) : ''
  return { displayName: `${desk.name} ${number}`.trim(), local: `${desk.local}${number}` }
}

export interface UsernameStyle {
  readonly share: number
  make(given: string, family: string, biller: Biller, draw: Draw): string
}

/** How offices form user names. A biller makes one of these its habit, and has people who came before it. */
export const habits: readonly UsernameStyle[] = [
  { share: 30, make: (given, family) => `${given}.${family}` },
  { share: 26, make: (given, family) => `${given.slice(0, 1)}${family}` },
  { share: 8, make: (given, family) => `${given}${family.slice(0, 1)}` },
  { share: 6, make: (given, family) => `${given}_${family}` },
  { share: 6, make: (given, family) => `${family}.${given}` },
  { share: 5, make: (given, family) => `${family}${given.slice(0, 1)}` },
  { share: 9, make: (given, family, biller) => `${toAscii(given)}.${toAscii(family)}@${biller.mailDomain}` },
]

const styles: readonly UsernameStyle[] = [
  ...habits,
  {
    share: 6,
    make: (_given, _family, biller, draw) => `${biller.initials}-${String(draw.below(100_000)).padStart(5, '0')}`,
  },
  { share: 4, make: (given, family, _biller, draw) => `${given}${family.slice(0, 1)}${60 + draw.below(40)}` },
]

/** A user name before anybody has looked whether it is free. Most lose their accents and some keep them, as typed by whoever made it. */
export function drawUsername(name: DrawnName, biller: Biller, habit: UsernameStyle, draw: Draw): string {
  const style = draw.percent(64) ? habit : draw.pickByShare(styles)
  const part = draw.percent(20) ? lettersOnly : toAscii
  const made = style.make(part(name.given).toLowerCase(), part(name.family).toLowerCase(), biller, draw)
  if (made.includes('@')) return made.toLowerCase()
  if (draw.percent(7)) return made.replaceAll(/(?<=^|[._])\p{L}/gu, (letter) => letter.toUpperCase())
  return draw.percent(2) ? made.toUpperCase() : made
}

const unmarked: Readonly<Record<string, string>> = {
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ß: 'ss',
  æ: 'ae',
  Æ: 'Ae',
  ı: 'i',
}

/** The letters and digits of a name without accents: "Ó Súilleabháin" is "OSuilleabhain". */
export function toAscii(name: string): string {
  const plain = name.normalize('NFD').replaceAll(/\p{M}/gu, '')
  return plain.replaceAll(/[^A-Za-z0-9]/gu, (letter) => unmarked[letter] ?? '')
}

function lettersOnly(name: string): string {
  return name.replaceAll(/[^\p{L}\p{M}0-9]/gu, '').replaceAll(/\p{Lm}/gu, '')
}
