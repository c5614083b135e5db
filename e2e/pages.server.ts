import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brandSheet } from '../packages/server/src/features/branding/index.ts'
import { readPageFiles } from '../packages/server/src/surfaces/browser/pages/index.ts'
import { brandHref, brands, pageStates } from './pages.states.ts'
import type { Look } from './pages.states.ts'

/** What a form sent, in the order of arrival. */
export type Posted = { path: string; fields: URLSearchParams }

export type PagesServer = {
  origin: string
  /** Puts the pages of a look behind `/{name}/{state}` and names its states. */
  show(name: string, look: Look): string[]
  posted: Posted[]
  close(): Promise<void>
}

const nonce = 'cGFnZXMtdGVzdA'
const headers = {
  'content-security-policy':
    `default-src 'none'; script-src 'nonce-${nonce}' 'strict-dynamic'; style-src 'self'; img-src 'self' data:; connect-src 'self'; ` +
    `form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'`,
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
}

const headersOf = (document: string): typeof headers =>
  document.includes('<browser-work')
    ? {
        ...headers,
        'content-security-policy': headers['content-security-policy'].replace(
          "trusted-types 'none'",
          "worker-src 'self'; trusted-types work",
        ),
      }
    : headers

/** Serves pages as the product does: own origin, strict CSP, style sheets and script as files. Posts are kept, then redirected. */
export async function startPagesServer(): Promise<PagesServer> {
  const { css, js, work } = readPageFiles()
  const files = new Map<string, { type: string; text: string }>([
    [`/assets/pages-${css.hash}.css`, { type: css.contentType, text: css.text }],
    [`/assets/pages-${js.hash}.js`, { type: js.contentType, text: js.text }],
    [`/assets/work-${work.hash}.js`, { type: work.contentType, text: work.text }],
  ])
  for (const brand of Object.values(brands)) {
    files.set(brandHref(brand), { type: css.contentType, text: brandSheet(brand).css })
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/'
    if (request.method === 'POST') {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      running.posted.push({ path, fields: new URLSearchParams(Buffer.concat(chunks).toString()) })
      response.writeHead(303, { ...headers, location: '/done' }).end()
      return
    }
    const file = files.get(path)
    if (file) response.writeHead(200, { ...headersOf(file.text), 'content-type': file.type }).end(file.text)
    else response.writeHead(path === '/done' ? 200 : 404, { ...headers, 'content-type': 'text/plain' }).end('done')
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => response.destroy(error))
  })
  const listening = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', listening.resolve)
  await listening.promise

  const running: PagesServer = {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    posted: [],
    show(name, look) {
      const states = pageStates({ ...look, nonce })
      for (const { name: state, document } of states) {
        files.set(`/${name}/${state}`, { type: 'text/html; charset=utf-8', text: document })
      }
      return states.map((state) => state.name)
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return running
}
