import { namedPeople } from '../../legacy/named-people.ts'
import { html } from '../../web/html.ts'
import type { Html } from '../../web/html.ts'
import { insidePage } from './layout.ts'
import type { View } from './layout.ts'
import { count } from './words.ts'

export function settingsPage(view: View): Html {
  const { biller, person } = view
  const team = namedPeople.filter((member) => member.biller === biller && member.state !== 'disabled')
  const isListed = team.some((member) => member.username === person.username)
  return insidePage(
    view,
    'Settings',
    '/settings',
    html`
      <div class="head"><h1>Settings</h1></div>
      <div class="columns even">
        <section class="panel" aria-labelledby="organization">
          <h2 id="organization">Organization</h2>
          <dl class="facts">
            <dt>Name</dt>
            <dd>${biller.name}</dd>
            <dt>Place</dt>
            <dd>${biller.town}</dd>
            <dt>Help for payers</dt>
            <dd><a href="mailto:${biller.supportEmail}">${biller.supportEmail}</a><br />${biller.supportPhone}</dd>
            <dt>Biller number</dt>
            <dd class="number">${biller.id}</dd>
            <dt>Currency</dt>
            <dd>US dollars</dd>
          </dl>
          <p class="soft">To change these, write to Harborline.</p>
        </section>
        <section class="panel" aria-labelledby="team">
          <h2 id="team">Team</h2>
          <ul class="team">
            ${!isListed && memberRow(person.name, person.username, true)}
            ${team.map((member) => memberRow(member.displayName, member.username, member.username === person.username))}
          </ul>
          <p class="soft">
            ${count(biller.userCount)} people of ${biller.name} have access; these are the ones you work with.
          </p>
        </section>
      </div>
    `,
  )
}

const memberRow = (name: string, username: string, isYou: boolean): Html =>
  html`<li>
    <span class="main">${name}${isYou && html` <span class="you">you</span>`}</span>
    <span class="soft">${username}</span>
  </li>`
