import { html } from '../../web/html.ts'
import type { Html } from '../../web/html.ts'
import type { Overview } from '../ledger.ts'
import { dayAndMonth, money, roundMoney } from './words.ts'

const [width, height] = [240, 100]

/**
 * Bars of what came in each week. The drawing stretches with its place and holds no text; the numbers are in a table
 * that opens below it, for everybody.
 */
export function collectedChart(weeks: Overview['weeks']): Html {
  const top = niceTop(Math.max(...weeks.map((week) => week.cents)))
  const step = width / weeks.length
  const [first, last] = [weeks[0], weeks.at(-1)]
  return html`<figure class="chart">
    <p class="scale" aria-hidden="true">
      <span>${roundMoney(top)}</span><span>${roundMoney(top / 2)}</span><span>$0</span>
    </p>
    <svg
      viewBox="0 0 ${width} ${height}"
      preserveAspectRatio="none"
      role="img"
      aria-label="Bars: collected in each of the last ${weeks.length} weeks; the numbers follow in a table"
    >
      ${[0, 0.5, 1].map((share) => html`<line class="rule" x1="0" x2="${width}" y1="${share * height}" y2="${share * height}" vector-effect="non-scaling-stroke" />`)}
      ${weeks.map(({ cents }, index) => {
        const tall = top === 0 ? 0 : (cents / top) * height
        const isLast = index === weeks.length - 1
        return html`<rect
          class="${isLast ? 'barr now' : 'barr'}"
          x="${(index * step + step * 0.18).toFixed(2)}"
          y="${(height - tall).toFixed(2)}"
          width="${(step * 0.64).toFixed(2)}"
          height="${tall.toFixed(2)}"
        />`
      })}
    </svg>
    <p class="ends" aria-hidden="true">
      <span>${first && `Week to ${dayAndMonth(first.endsOn)}`}</span
      ><span>${last && `to ${dayAndMonth(last.endsOn)}`}</span>
    </p>
    <details>
      <summary>The numbers</summary>
      <table class="small">
        <thead>
          <tr>
            <th scope="col">Week to</th>
            <th scope="col" class="amount">Collected</th>
          </tr>
        </thead>
        <tbody>
          ${weeks.toReversed().map(
            ({ endsOn, cents }) =>
              html`<tr>
                <th scope="row">${dayAndMonth(endsOn)}</th>
                <td class="amount">${money(cents)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </details>
  </figure>`
}

/** The next number that reads well at the top of a scale: 1, 2, 4, 5 or 8 and noughts. */
export function niceTop(cents: number): number {
  if (cents <= 0) return 0
  const power = 10 ** Math.floor(Math.log10(cents))
  return ([1, 2, 4, 5, 8, 10].find((step) => step * power >= cents) ?? 10) * power
}
