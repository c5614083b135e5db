import { eventActions, eventSubjects } from '../audit/index.ts'

/** Actions that a subject's name may be joined with. Which of them ever happen is for the rooms to say. */
export const webhookSubjects = eventSubjects.map((name) => ({
  name,
  description: `What happens to: ${name.replaceAll('_', ' ')}.`,
  events: eventActions.map((action) => ({ name: action, description: `${name}_${action}` })),
}))

/** The first word that is no subject or action of ours; undefined when all are. */
export function eventsFault(events: Readonly<Record<string, readonly string[]>>): string | undefined {
  const [subjects, actions]: readonly ReadonlySet<string>[] = [new Set(eventSubjects), new Set(eventActions)]
  return (
    Object.keys(events).find((name) => subjects?.has(name) !== true) ??
    Object.values(events)
      .flat()
      .find((name) => actions?.has(name) !== true)
  )
}
