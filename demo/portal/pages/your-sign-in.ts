import { html } from '../../web/html.ts'
import type { Html } from '../../web/html.ts'
import { insidePage, routeBadge } from './layout.ts'
import type { View } from './layout.ts'
import { ago, time } from './words.ts'

export interface SignInFacts {
  readonly beganAt: Date
  readonly confirmedAt: Date
  readonly endsAt: Date
  readonly now: Date
  /** Where the sign-in service shows a person their sessions and sign-ins. */
  readonly accountUrl: string
}

const routeStories: Readonly<Record<string, string>> = {
  legacy:
    'Your password was checked where it has always been kept, in the system you used before. You did not have to do anything for that. When your organization moves, your user name and password come along.',
  pool: 'Your password was checked by the new sign-in. Your user name is the one you had before, and so is your password unless you have changed it since.',
}

/** Who is signed in and how that came about, in words. */
export function yourSignInPage(view: View, facts: SignInFacts): Html {
  const { person } = view
  return insidePage(
    view,
    'Your sign-in',
    '/your-sign-in',
    html`
      <div class="head"><h1>Your sign-in</h1></div>
      <div class="columns even">
        <section class="panel" aria-labelledby="who">
          <h2 id="who">You</h2>
          <dl class="facts">
            <dt>Name</dt>
            <dd>${person.name}</dd>
            <dt>User name</dt>
            <dd>${person.username}</dd>
            <dt>Email</dt>
            <dd>${person.email ?? 'No address on record, so nothing can be sent to you.'}</dd>
            <dt>Organization</dt>
            <dd>${person.organizationName}</dd>
          </dl>
        </section>
        <section class="panel" aria-labelledby="how">
          <h2 id="how">How you came in ${routeBadge(person.route)}</h2>
          <p>${routeStories[person.route] ?? 'Your organization’s own sign-in confirmed who you are.'}</p>
        </section>
        <section class="panel" aria-labelledby="session">
          <h2 id="session">This session</h2>
          <dl class="facts">
            <dt>Signed in</dt>
            <dd>${time(facts.beganAt)} (${ago(facts.beganAt, facts.now)})</dd>
            <dt>Last confirmed</dt>
            <dd>${ago(facts.confirmedAt, facts.now)}</dd>
            <dt>Ends at the latest</dt>
            <dd>${time(facts.endsAt)}, or after half an hour without a page</dd>
          </dl>
          <form method="post" action="/your-sign-in/confirm"><button class="button plain">Confirm now</button></form>
          <p class="soft">
            Every few minutes the portal asks the sign-in service whether this session still stands. If somebody ended
            it there, you are signed out here too.
          </p>
          <p><a href="${facts.accountUrl}/history">Your sign-ins</a></p>
          <p><a href="${facts.accountUrl}/sessions">Your sessions and devices</a></p>
        </section>
      </div>
    `,
  )
}
