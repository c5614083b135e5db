/** What is not built yet, and will bring cases to life: the closed list of reasons why a case has no test. */
export const comingRooms = {
  devices: 'sign-in for devices without a browser',
  factors: 'second factors',
  federation: 'sign-in at the identity provider of a company, with OpenID Connect or SAML',
  profile: 'people who change their own addresses and profile',
  registration: 'people who register themselves or are invited',
  remembered: 'remembered devices and the judging of risk by them',
  'remote-keys': 'keys that are fetched from the servers of others',
} as const

export type ComingRoom = keyof typeof comingRooms

export interface SecurityCase {
  readonly id: string
  /** What must hold, in one sentence. */
  readonly holds: string
  /** Absent: it applies today, and a test must name it. */
  readonly later?: ComingRoom
}

export interface CaseGroup {
  readonly title: string
  readonly cases: readonly SecurityCase[]
}

const group = (title: string, rows: readonly (readonly [string, string, ComingRoom?])[]): CaseGroup => ({
  title,
  cases: rows.map(([id, holds, later]) => (later === undefined ? { id, holds } : { id, holds, later })),
})

/** The attacks we test against, by group. A test says in its title which case it holds. */
export const caseGroups: readonly CaseGroup[] = [
  group('Authorization requests', [
    ['AZ01', 'A redirect address is compared character by character; one that is almost right gets no redirect.'],
    ['AZ02', 'A redirect address whose scheme runs or invents something is neither registered nor used.'],
    ['AZ03', 'An error whose redirect address is not registered is shown here and sent nowhere.'],
    ['AZ04', 'A fragment, another port or another name of localhost in a redirect address is refused.'],
    ['AZ06', 'The only response type is `code`, and discovery says so.'],
    ['AZ07', 'An application that is answered in one way cannot be answered in another.'],
    ['AZ08', 'A hostile page learns nothing with `prompt=none` and cannot frame the answer; nothing is begun.'],
    ['AZ09', 'Request objects that are unsigned, foreign, stale or at an address are refused, and nothing is fetched.'],
    ['AZ11', 'An application that must push its requests is not heard by plain parameters.'],
    ['AZ12', 'No request at any endpoint widens scopes or resources beyond what is registered.'],
    ['AZ13', 'A session older or weaker than asked for is stepped up, and the token says what was done.'],
    ['AZ14', 'The pages of a sign-in answer only the browser that began it.'],
    ['AZ16', 'Consent is given once, from our own page, for what that page showed.'],
    ['AZ17', 'Nothing that a request or an organization supplies becomes markup of a page.'],
    ['AZ18', 'A hint at a user of another organization leads to the page that an unknown name gets.'],
    ['AZ19', 'Every authorization response names the issuer exactly as its discovery does.'],
  ]),
  group('Token endpoint', [
    ['TK01', 'One of any number of parallel uses of a code gets tokens, on any number of nodes.'],
    ['TK03', 'A code is of use to its own application at its own redirect address only.'],
    ['TK04', 'A code lives at most a minute, and not a second more.'],
    ['TK05', 'A code without its own well-formed S256 verifier gives nothing.'],
    ['TK06', 'A missing, empty or malformed secret, and two proofs at once, authenticate nobody.'],
    ['TK08', 'A signed client assertion is for us, short-lived, complete, of its registered algorithm, and used once.'],
    ['TK09', 'A client assertion counts with a key registered for that client, and no key is fetched from anywhere.'],
    ['TK10', 'A public client has no secret, and a confidential one cannot become public.'],
    ['TK11', 'A disabled client, deleted organization or suspended tenant gets no tokens from that moment.'],
    ['TK13', 'A token of one kind is not accepted as a token of another.'],
    ['TK14', 'A device code is approved by the person it was meant for, and cannot be guessed.', 'devices'],
    ['TK15', "Asking about or revoking another client's token tells nothing and does nothing."],
    ['TK16', 'An opaque token that is cut short or changed by one character is no token.'],
    ['TK18', 'No answer that speaks of tokens is kept by a cache.'],
  ]),
  group('Refresh tokens', [
    ['RT01', 'Parallel uses of one refresh token have one winner; the same client hears its answer for five seconds.'],
    ['RT02', 'A rotated token that is used again ends its family and its access tokens, and an event says so.'],
    ['RT03', 'A used token stays used over a restart.'],
    ['RT04', 'A refresh token in the hands of another client or issuer is nothing, and its owner loses nothing.'],
    ['RT06', 'Refreshing comes to an end with the session, however often it was done.'],
    ['RT07', 'Refreshing gives what was granted or less.'],
    ['RT08', 'A rotation that races a revocation ends revoked.'],
    ['RT09', 'A token that is bound to a key is nothing without a fresh proof by that key for that request.'],
  ]),
  group('Signed tokens and keys', [
    ['JW02', 'The algorithm belongs to the key; a public key is no secret of an HMAC.'],
    ['JW03', 'A key id is looked up exactly, whatever it contains, and an unknown one is refused.'],
    ['JW04', 'Keys that a token brings or points at are not used.'],
    ['JW05', 'A token whose content was edited is refused wherever tokens are read.'],
    ['JW07', 'Times that are missing, absurd or of the wrong type, and audiences that are not ours, are refused.'],
    ['JW08', 'Unknown critical headers, unencoded payloads and encrypted tokens are refused without costly work.'],
    ['JW09', 'A flood of unknown key ids costs one fetch in an interval, and known keys go on working.', 'remote-keys'],
    ['JW10', 'That one token was good says nothing about another that shares a part with it.'],
    ['JW12', 'Nothing secret is ever in a published key set.'],
    ['JW13', 'A token with a member twice, or written in another than the canonical base64url, is refused.'],
  ]),
  group('Sessions, forms and cookies', [
    ['SE01', 'A session gets a new id whenever its person proves themselves; the old one is dead.'],
    ['SE02', 'What was proved is kept by the server; cookies are random names for it and nothing else.'],
    ['SE04', 'A form that another site posted, in whatever disguise, changes nothing on any route.'],
    ['SE05', 'Planted, doubled or too many cookies do no harm and end in a page that says what to do.'],
    ['SE06', 'A session cookie that is malformed or unknown is nobody.'],
    ['SE07', 'Signing out ends the session at the server and leads nowhere that is not registered.'],
    ['SE09', 'Ending all sessions of a person ends every code, token and session from the next request on.'],
    ['SE10', 'Asking in the background does not make a session longer.'],
    ['SE11', 'A remembered device counts for one browser and one account, and replaces no password.', 'remembered'],
    ['SE12', 'A limit on sessions holds when many are begun at one time.'],
    ['SE14', 'What a device looks like is never the only thing that opens an account.'],
  ]),
  group('Redirects, hosts, proxies and headers', [
    ['HD01', 'Links and names in mails come from the configuration, whatever a request says of its host.'],
    ['HD02', 'No header changes the issuer, discovery, cookies or redirects.'],
    ['HD03', 'An address counts as the trusted proxies saw it, in one spelling, a whole /64 as one.'],
    ['HD04', 'No parameter leads a person to a place that is not registered.'],
    ['HD05', 'A page asked for under the name of a file is not there, and no page is kept by a cache.'],
    ['HD07', 'Bytes that two servers could read as different requests are refused, and the connection closed.'],
    ['HD08', 'No page of ours can be shown inside another.'],
    ['HD09', 'Every page forbids what it does not use: scripts without its nonce, foreign forms, bases and objects.'],
    ['HD10', 'Scripts read only answers for their own registered browser application, and none together with cookies.'],
    ['HD12', 'Other methods, method overrides and other spellings of a path reach nothing.'],
    ['HD13', 'A page that posts by itself posts to a registered address and encodes what it carries.'],
  ]),
  group('Enumeration', [
    ['EN01', 'Known and unknown names get the same bytes at every door.'],
    ['EN02', 'Known and unknown names get their answer after the same time.'],
    ['EN03', 'Where a name leads tells no more than its written residual, and is limited.'],
    ['EN04', 'Mails, locks, events and quotas do not tell whether a name exists.'],
    ['EN05', 'Whether an account exists is said only after its owner proved themselves.'],
    ['EN07', 'Whether a name or address is taken is told to authorized callers only.'],
  ]),
  group('Throttling', [
    ['BF01', 'All ways to write one name share one key for lookup and one counter.'],
    ['BF02', 'Counters are kept by what the server knows, never by what a request adds.'],
    ['BF03', 'Of many parallel wrong passwords only the allowed number is checked, and all are counted.'],
    ['BF04', 'Every door to one password shares one counter.'],
    ['BF05', 'Nobody can lock somebody else out for good.'],
    ['BF07', 'A field that is given twice, as a list or as an object is refused.'],
    ['BF08', 'Success on another account, a moved clock or a restart resets no counter.'],
  ]),
  group('Passwords', [
    ['PW01', 'A password is checked whole or refused, however long and odd it is.'],
    ['PW02', 'A foreign hash that is malformed, absurdly costly or of another user opens nothing and breaks nothing.'],
    ['PW04', 'A password changed here is not opened by the old one that a legacy store still has.'],
    ['PW05', 'Going back to the old sign-in does not skip a second factor.', 'factors'],
    ['PW06', 'A general update of a user sets neither a password nor its state.'],
  ]),
  group('Reset and invitations', [
    ['RS01', 'Nobody gets to a new password without the code that was sent.'],
    ['RS02', 'A reset code works once, the newest two only, and none after the password changed.'],
    ['RS03', 'A reset code is bound to its person, purpose, browser and tenant.'],
    ['RS05', 'A code is in its mail and nowhere else: no answer, event or log line.'],
    ['RS06', 'Nobody marks their own address as verified.', 'profile'],
    ['RS07', 'A message goes to one plain address, the one that was looked up.'],
    ['RS08', 'Opening a link changes nothing; only a posted form does.'],
    ['RS10', 'A change of address is told to both addresses and needs fresh proof.', 'profile'],
    ['RS11', 'Nobody can be flooded with mails.'],
  ]),
  group('Abuse of resources and parsers', [
    ['DO01', 'Too large, too deep, too many: refused with a clear status, and memory stays flat.'],
    ['DO02', 'Slow and idle connections end, and others do not feel them.'],
    ['DO03', 'No regular expression of ours takes more than linear time.'],
    ['DO04', 'Hashing has a bounded queue; the rest is told to come back while other routes stay fast.'],
    ['DO06', 'Query and form names with brackets build no objects or lists.'],
    ['DO07', 'No input crashes or hangs a parser.'],
    ['DO08', 'A failure in the middle of a request ends that request closed, and nothing else.'],
    ['DO09', 'A configuration that cannot be safe stops the start.'],
  ]),
  group('Management API', [
    ['API1', 'What is changed is what the address names, whatever the body says.'],
    ['API2', 'No operation tells or changes anything of another tenant, organization or pool, or without its scope.'],
    ['API4', 'A cursor of somebody else pages through nothing of theirs; a filter is data and never a statement.'],
    ['API5', 'No list or answer holds a hash, a secret, a seed or a code, nor counts what belongs to others.'],
    ['API6', 'A client of one workspace is nobody in another.'],
    ['API7', 'The token of a person opens no operation for applications.'],
    ['API9', 'A body that two readers could read differently is refused, and so is a field that nobody knows.'],
  ]),
]

/** Cases that apply and have no test yet; each is one that we owe. */
export const owed: readonly string[] = []

export const allCases: readonly SecurityCase[] = caseGroups.flatMap(({ cases }) => cases)
