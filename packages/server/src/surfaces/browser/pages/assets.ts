import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** A file as it is served, and a hash for an address that never changes its content. */
export type PageFile = { text: string; contentType: string; hash: string }

/** Reads the pages' style sheet and scripts; call it once when the server is composed. */
export function readPageFiles(): { css: PageFile; js: PageFile; work: PageFile } {
  return {
    css: read('pages.css', 'text/css; charset=utf-8'),
    js: read('pages.js', 'text/javascript; charset=utf-8'),
    work: read('work.js', 'text/javascript; charset=utf-8'),
  }
}

function read(name: string, contentType: string): PageFile {
  const text = readFileSync(new URL(name, import.meta.url), 'utf8')
  return { text, contentType, hash: createHash('sha256').update(text).digest('base64url').slice(0, 16) }
}
