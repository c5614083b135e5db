import { readFileSync } from 'node:fs'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Html } from './html.ts'

export interface PageRules {
  /** Hosts, with port, under which the pages may be asked for; others are somebody else's name for this machine. */
  readonly hosts: readonly string[]
  /** Origins besides our own to which a form's answer may lead (CSP Level 3 §6.4.2). */
  readonly formTargets?: readonly string[]
  /** `'self'` where a page shows another of ours in a frame. */
  readonly frames?: boolean
}

/** Headers of every answer: no script at all, nothing from elsewhere, never framed by others, never kept by a cache. */
export function addPageRules(app: FastifyInstance, { hosts, formTargets = [], frames = false }: PageRules): void {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    ...(frames ? ["frame-src 'self'"] : []),
    ["form-action 'self'", ...formTargets].join(' '),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({
      'cache-control': 'no-store',
      'content-security-policy': policy,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    // A name that somebody else made point here would read these pages as its own (DNS rebinding).
    if (!hosts.includes(request.headers.host ?? '')) return reply.code(421).type('text/plain').send('Wrong host.\n')
    return undefined
  })
}

export async function sendPage(reply: FastifyReply, page: Html, status = 200): Promise<FastifyReply> {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>\n${String(await page)}`)
}

/** Serves a file of ours, read once. A changed file is a new start, so browsers may keep it for an hour and must ask then. */
export function addFile(app: FastifyInstance, path: string, file: URL, type: string): void {
  const content = readFileSync(file)
  app.get(path, async (_request, reply) => reply.type(type).header('cache-control', 'no-cache').send(content))
}
