import { html } from '../../web/html.ts'
import type { Html } from '../../web/html.ts'
import { outsidePage } from './layout.ts'

/** Where somebody starts who is not signed in. */
export function landingPage(): Html {
  return outsidePage(
    'Sign in',
    html`<section class="hero">
      <h1>Billing and payments for your organization</h1>
      <p class="lead">
        Invoices, payers and what was collected, for the utilities, cities, schools, clinics and insurers that bill with
        Harborline.
      </p>
      <p><a class="button" href="/sign-in">Sign in</a></p>
      <p class="soft">
        Use the user name and password you have always used. Your organization’s own sign-in address works too.
      </p>
    </section>`,
  )
}

export function signedOutPage(isComplete: boolean): Html {
  return outsidePage(
    'Signed out',
    html`<section class="card">
      <h1>You are signed out</h1>
      <p>
        ${
          isComplete
            ? 'You are signed out of the portal and of your sign-in. On a shared computer you may close the window now.'
            : 'You are signed out of the portal.'
        }
      </p>
      <p><a class="button" href="/sign-in">Sign in again</a></p>
    </section>`,
  )
}

export interface Trouble {
  readonly title: string
  readonly words: string
  readonly action: { readonly label: string; readonly href: string }
}

/** Something that went wrong, in words, with one thing to do next. */
export function troublePage({ title, words, action }: Trouble): Html {
  return outsidePage(
    title,
    html`<section class="card">
      <h1>${title}</h1>
      <p>${words}</p>
      <p><a class="button" href="${action.href}">${action.label}</a></p>
    </section>`,
  )
}

const again = { label: 'Sign in', href: '/sign-in' }

export const troubles = {
  notThere: {
    title: 'There is no such page',
    words: 'The address may be mistyped, or the page has moved.',
    action: { label: 'Go to the overview', href: '/' },
  },
  ours: {
    title: 'That did not work',
    words: 'Something went wrong on our side. Nothing was changed. Please try again.',
    action: { label: 'Go to the overview', href: '/' },
  },
  unreachable: {
    title: 'The sign-in does not answer',
    words: 'We could not reach the sign-in service, so we cannot let you in just now. Please try again in a moment.',
    action: { label: 'Try again', href: '/' },
  },
  tooOld: {
    title: 'This sign-in is too old',
    words: 'It was begun too long ago, in another browser, or was used already. Nothing is lost: please sign in again.',
    action: again,
  },
  denied: {
    title: 'The sign-in was not finished',
    words: 'It was stopped before the end, so you are not signed in.',
    action: again,
  },
  notBelieved: {
    title: 'The sign-in could not be completed',
    words:
      'The answer of the sign-in service did not fit the question. Please sign in again; if it happens twice, tell us.',
    action: again,
  },
  wrongIssuer: {
    title: 'This link does not belong here',
    words: 'It asks for a sign-in service that the portal does not use.',
    action: again,
  },
  ended: {
    title: 'Your session has ended',
    words: 'It was ended at the sign-in service, after a change of password for instance. Please sign in again.',
    action: again,
  },
  noBiller: {
    title: 'Your organization is not set up here',
    words: 'You are signed in, but the portal does not know your organization. Please tell us.',
    action: { label: 'Go to the start', href: '/' },
  },
} as const satisfies Record<string, Trouble>
