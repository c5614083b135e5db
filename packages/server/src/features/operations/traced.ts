import type { GuardedFetch } from '../../platform/fetch/index.ts'
import { jobNames } from '../../platform/jobs/index.ts'
import type { JobName, JobWork } from '../../platform/jobs/index.ts'
import type { MailSender } from '../../platform/mail/index.ts'
import type { Traces } from '../../platform/traces/index.ts'
import type { PasswordHasher } from '../credentials/index.ts'

/** The same, and a part of the trace around it each time. */
export const tracedHasher = (traces: Traces | undefined, hasher: PasswordHasher): PasswordHasher =>
  traces === undefined
    ? hasher
    : {
        ...hasher,
        verify: (...given) => traces.around({ name: 'password verify' }, () => hasher.verify(...given)),
        make: (...given) => traces.around({ name: 'password hash' }, () => hasher.make(...given)),
        makeLike: (...given) => traces.around({ name: 'password hash' }, () => hasher.makeLike(...given)),
        reserved: (work) => hasher.reserved((inside) => work(tracedHasher(traces, inside))),
      }

export const tracedMail = (traces: Traces | undefined, mail: MailSender | undefined): MailSender | undefined =>
  traces === undefined || mail === undefined
    ? mail
    : {
        send: (one) => traces.around({ name: 'mail send', kind: 'client' }, () => mail.send(one)),
        close: () => mail.close(),
      }

/** Whom it asks is left out: an address may carry a secret of whoever gave it. */
export const tracedFetch = (traces: Traces | undefined, fetch: GuardedFetch): GuardedFetch =>
  traces === undefined
    ? fetch
    : (url, request) =>
        traces.around({ name: request.method, kind: 'client', fields: { 'http.request.method': request.method } }, () =>
          fetch(url, request),
        )

/** Each job is a trace of its own. */
export function tracedWork(traces: Traces | undefined, work: JobWork): JobWork {
  if (traces === undefined) return work
  const traced = <Name extends JobName>(name: Name): JobWork[Name] =>
    ((...given: Parameters<JobWork[Name]>) =>
      traces.alone({ name: `job ${name}`, kind: 'consumer', fields: { 'messaging.destination.name': name } }, () =>
        (work[name] as (...args: Parameters<JobWork[Name]>) => Promise<void>)(...given),
      )) as JobWork[Name]
  return Object.fromEntries(jobNames.map((name) => [name, traced(name)])) as unknown as JobWork
}
