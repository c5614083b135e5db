import type { PageContext } from '../../surfaces/browser/index.ts'
import { createTranslator } from '../../surfaces/browser/messages/index.ts'
import {
  accountPage,
  confirmEndPage,
  historyPage,
  languagesOf,
  ownPasswordDonePage,
  ownPasswordPage,
  sessionsPage,
} from '../../surfaces/browser/pages/index.ts'
import type {
  AccountView,
  DeviceView,
  OwnPasswordView,
  PageAssets,
  SessionsView,
  SignInEventView,
} from '../../surfaces/browser/pages/index.ts'
import type { Brand } from '../branding/index.ts'
import { passwordProblemOf, passwordRule } from '../sign-in/index.ts'

export type AccountViews = ReturnType<typeof accountViews>

interface Place {
  /** Where the account pages begin. */
  readonly path: string
  /** The page itself, for the choice of its language. */
  readonly here: string
  readonly signOutHref: string
  readonly csrf: string
}

/** The pages of one request of somebody who is signed in. */
export function accountViews(page: PageContext, brand: Brand, assets: PageAssets, place: Place) {
  const common = {
    t: createTranslator(page.locale),
    locale: page.locale,
    nonce: page.nonce,
    brand,
    assets,
    languages: languagesOf(place.here),
    accountHref: place.path,
  }
  const formTo = (path: string, hidden: Readonly<Record<string, string>> = {}) => ({
    action: `${place.path}${path}`,
    hidden: { csrf: place.csrf, ...hidden },
  })
  return {
    start: (person: Pick<AccountView, 'name' | 'username'> & { readonly canChangePassword: boolean }): string =>
      accountPage({
        ...common,
        name: person.name,
        username: person.username,
        sessionsHref: `${place.path}/sessions`,
        historyHref: `${place.path}/history`,
        signOutHref: place.signOutHref,
        ...(person.canChangePassword ? { passwordHref: `${place.path}/password` } : {}),
      }),
    sessions: (devices: readonly DeviceView[], done: SessionsView['done'] | undefined): string =>
      sessionsPage({
        ...common,
        devices,
        endForm: (sessionUid) => formTo('/sessions/end', { session: sessionUid }),
        signOutHref: place.signOutHref,
        historyHref: `${place.path}/history`,
        ...(done === undefined ? {} : { done }),
      }),
    confirmEnd: (device: DeviceView | undefined): string =>
      confirmEndPage({
        ...common,
        device,
        form: formTo('/sessions/end', { session: device?.sessionUid ?? 'others' }),
        sessionsHref: `${place.path}/sessions`,
      }),
    history: (events: readonly SignInEventView[], biller: string, olderThan: string | undefined): string =>
      historyPage({
        ...common,
        events,
        biller,
        sessionsHref: `${place.path}/sessions`,
        ...(olderThan === undefined ? {} : { olderHref: `${place.path}/history?before=${olderThan}` }),
      }),
    password: (
      username: string,
      state: Pick<OwnPasswordView, 'currentProblem' | 'problem' | 'waitSeconds'> & { readonly endOthers?: boolean },
    ): string => {
      const { endOthers = true, ...problems } = state
      return ownPasswordPage({
        ...common,
        ...problems,
        form: formTo('/password'),
        username,
        rule: passwordRule,
        endOtherSessions: endOthers,
      })
    },
    passwordDone: (othersEnded: boolean): string => ownPasswordDonePage({ ...common, othersEnded }),
    problemOf: passwordProblemOf,
  }
}
