import { html, mailtoHref, raw, safeHref, telHref } from '../../platform/html/index.ts'
import type { Html, HtmlValue } from '../../platform/html/index.ts'
import { directionOf } from '../../surfaces/browser/messages/index.ts'
import type { Locale, Translate } from '../../surfaces/browser/messages/index.ts'
import { surfaceColours } from '../../surfaces/browser/pages/index.ts'
import { brandTokens } from '../branding/index.ts'
import type { Brand } from '../branding/index.ts'

/** A mail that is ready to be sent to anybody: it carries no address. */
export type MailContent = { subject: string; text: string; html: string }

/** What every mail needs. */
export type MailView = { t: Translate; locale: Locale; brand: Brand }

/** The parts of one mail, in the order in which both text and HTML show them. */
export type MailPart =
  | { kind: 'words'; text: string }
  /** Said with less weight. */
  | { kind: 'small'; text: string }
  /** A code to type; already said in words above, so it stands in the HTML only. */
  | { kind: 'code'; code: string }
  | { kind: 'list'; items: readonly string[] }
  /** A button in HTML, the label and the address in text. The address must be http(s). */
  | { kind: 'button'; label: string; url: string }

// Mail programs that know the dark scheme repaint by these classes; the others keep the inline light colours.
const dark = surfaceColours.dark
const darkStyle = raw(
  `@media (prefers-color-scheme:dark){.page{background:${dark.page}!important}.card{background:${dark.card}!important;border-color:#2c3138!important}` +
    `.ink{color:#eef0f3!important}.soft{color:#a9b1bc!important}}`,
)

const font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

/**
 * Sets a mail in the brand's frame.
 *
 * @param last stands alone on the very last line of text and HTML, such as a domain-bound code
 */
export function mail(view: MailView, subject: string, parts: readonly MailPart[], last?: string): MailContent {
  const oneLine = subject.replaceAll(/\s+/g, ' ').trim()
  return { subject: oneLine, text: asText(view, parts, last), html: asHtml(view, oneLine, parts, last) }
}

function asText({ t, brand }: MailView, parts: readonly MailPart[], last: string | undefined): string {
  const blocks = parts.flatMap((part) => {
    if (part.kind === 'code') return []
    if (part.kind === 'list') return [part.items.map((item) => `  ${item}`).join('\n')]
    if (part.kind === 'button') return [`${part.label}:\n${webHref(part.url)}`]
    return [part.text]
  })
  const contacts = contactsOf(brand).map(({ text }) => text)
  if (contacts.length > 0) blocks.push(t('mail.help', { contact: contacts.join(', ') }))
  blocks.push(brand.name)
  if (last) blocks.push(last)
  return `${blocks.join('\n\n')}\n`
}

function asHtml(
  { locale, brand }: MailView,
  subject: string,
  parts: readonly MailPart[],
  last: string | undefined,
): string {
  const { page, card } = surfaceColours.light
  const direction = directionOf(locale)
  const first = parts.find((part) => part.kind === 'words')?.text
  const { fill, onFill, fillBorder, link } = brandTokens(brand.colour, 'light')
  const button = `display:inline-block;padding:13px 24px;border:1px solid ${fillBorder};border-radius:10px;background:${fill};color:${onFill};font-weight:600;text-decoration:none`
  const contacts: HtmlValue[] = contactsOf(brand).flatMap(({ text, href }, index) => [
    index > 0 && ' · ',
    html`<a class="soft" href="${href}" style="color:#545b66">${text}</a>`,
  ])

  return String(
    html`<!doctype html>
      <html lang="${locale}" dir="${direction}">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <meta name="supported-color-schemes" content="light dark" />
          <title>${subject}</title>
          <style>
            :root{color-scheme:light dark}${darkStyle}
          </style>
        </head>
        <body class="page" style="margin:0;padding:0;background:${page}">
          <div style="display:none;max-height:0;overflow:hidden">${first}</div>
          <table
            role="presentation"
            class="page"
            width="100%"
            cellpadding="0"
            cellspacing="0"
            border="0"
            style="background:${page}"
          >
            <tr>
              <td align="center" style="padding:32px 16px">
                <table
                  role="presentation"
                  width="100%"
                  cellpadding="0"
                  cellspacing="0"
                  border="0"
                  style="max-width:520px;${font};font-size:16px;line-height:24px;text-align:start"
                >
                  <tr>
                    <td
                      class="ink"
                      style="padding:0 0 20px;border-top:4px solid ${fill};padding-top:20px;color:#16191d;font-weight:700;font-size:17px"
                    >
                      ${brand.name}
                    </td>
                  </tr>
                  <tr>
                    <td
                      class="card"
                      style="padding:32px;background:${card};border:1px solid #e0e3e8;border-radius:14px"
                    >
                      ${parts.map((part) => partAsHtml(part, button, link))}
                    </td>
                  </tr>
                  <tr>
                    <td class="soft" style="padding:20px 0 0;color:#545b66;font-size:14px;line-height:22px">
                      ${brand.name}${contacts.length > 0 && ' · '}${contacts}
                    </td>
                  </tr>
                  ${
                    last &&
                    html`<tr>
                      <td class="soft" dir="ltr" style="padding:12px 0 0;color:#545b66;font-size:14px;line-height:22px">
                        ${last}
                      </td>
                    </tr>`
                  }
                </table>
              </td>
            </tr>
          </table>
        </body>
      </html> `,
  )
}

function partAsHtml(part: MailPart, button: string, link: string): Html {
  switch (part.kind) {
    case 'words':
      return html`<p class="ink" style="margin:0 0 16px;color:#16191d">${part.text}</p>`
    case 'small':
      return html`<p class="soft" style="margin:0 0 12px;color:#545b66;font-size:15px;line-height:22px">
        ${part.text}
      </p>`
    case 'code':
      return html`<p
        class="ink"
        dir="ltr"
        style="margin:0 0 16px;color:#16191d;font-size:32px;line-height:44px;font-weight:700;letter-spacing:6px;font-variant-numeric:tabular-nums"
      >
        ${part.code}
      </p>`
    case 'list':
      return html`${part.items.map((item) => html`<p class="ink" style="margin:0 0 12px;color:#16191d;font-size:18px;font-weight:700;word-break:break-word"><bdi>${item}</bdi></p>`)}`
    case 'button':
      return html`<p style="margin:8px 0 20px;color:${link}">
        <a href="${webHref(part.url)}" style="${button}">${part.label}</a>
      </p>`
  }
}

/** @throws Error when a mail would link to anything but the web; links in mails are made by us */
function webHref(url: string): string {
  const href = safeHref(url)
  if (!href?.startsWith('http')) throw new Error('a mail was given a link that is not an absolute http(s) URL')
  return href
}

function contactsOf({ help }: Brand): { text: string; href: string }[] {
  const url = help.url === undefined ? undefined : safeHref(help.url)
  const contacts: { text: string; href: string }[] = []
  // A path makes sense on our pages only, not in a mail.
  if (url?.startsWith('http')) contacts.push({ text: url, href: url })
  if (help.email) contacts.push({ text: help.email, href: mailtoHref(help.email) })
  if (help.phone) contacts.push({ text: help.phone, href: telHref(help.phone) })
  return contacts
}
