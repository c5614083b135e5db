import type { Biller } from './billers.ts'
import { namedPeople } from './named-people.ts'

/** Somebody to sign in as. */
export interface Guest {
  /** What this person shows, in a few words for a heading. Each situation has one guest. */
  readonly situation: string
  readonly username: string
  readonly password: string
  readonly biller: Biller
  /** One sentence: what to expect. */
  readonly description: string
}

/** One person for each situation worth trying, in the order in which a visitor would. */
export const guests: readonly Guest[] = [
  guest(
    'Legacy, ASP.NET Identity v3',
    'maria.delgado',
    'Signs in against shard A; her hash is PBKDF2-SHA512 in the Identity v3 layout.',
  ),
  guest(
    'Legacy, ASP.NET Identity v2',
    'hank.sorenson',
    'Signs in against shard A; his hash is the older Identity v2, PBKDF2-SHA1.',
  ),
  guest(
    'Legacy, ASP.NET Membership',
    'desmond.epps',
    'Signs in against shard B; his hash is salted SHA-1 in two columns.',
  ),
  guest(
    'Legacy, bcrypt',
    'ngozi.eze',
    'Signs in against shard B; her hash is bcrypt, which only some of its users have.',
  ),
  guest('Legacy, PBKDF2', 'noam.adler', 'Signs in against shard C; his hash is PBKDF2-SHA256 in one line of text.'),
  guest('Legacy, MD5', 'abe.tolliver', 'Signs in against shard C; his hash is salted MD5, the weakest one here.'),
  guest(
    'Concurrent biller',
    'priya.raman',
    'Both doors know her: the old sign-in and the new one take the same password.',
  ),
  guest(
    'Migrated user of a new biller',
    'leilani.kealoha',
    'Lives in the pool of a new biller and keeps the password she had before.',
  ),
  guest(
    'Must change the password',
    'dr.feldman',
    'Is in a pool and is asked for a new password once the old one has been accepted.',
  ),
  guest('Must reset the password', 'hodan.jama', 'Is in a pool and is refused until a letter has proved the address.'),
  guest(
    'Locked',
    't.bergstrom',
    'The password is right and the legacy log-in is locked: refused like a wrong password.',
  ),
  guest(
    'Disabled',
    'shannon.oreilly',
    'Has left Tidewater; the legacy log-in is disabled and the right password is refused.',
  ),
  guest(
    'One address, two user names',
    'gokonkwo',
    'Shares her address with the user name grace.okonkwo at Tidewater Power & Light, which is she too.',
  ),
  guest('No e-mail address', 'benny.lapp', 'Signs in, and has no address to which a code or a reset could be sent.'),
  guest('User name with accents', 'josé.núñez', 'Type it in capitals: JOSÉ.NÚÑEZ is the same user name.'),
]

function guest(situation: string, username: string, description: string): Guest {
  const person = namedPeople.find((candidate) => candidate.username === username)
  if (!person) throw new Error(`the guest "${username}" is not among the named people`)
  return { situation, username, password: person.password, biller: person.biller, description }
}
