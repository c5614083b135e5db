import { LRUCache } from 'lru-cache'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../../problem/index.ts'
import { readPageFiles } from '../../surfaces/browser/pages/index.ts'
import type { PageAssets } from '../../surfaces/browser/pages/index.ts'
import { brandSheet } from './brand-sheet.ts'
import type { Brand } from './brand.ts'

export interface AssetServer {
  /** Addresses of the files that a page in this brand needs. */
  assetsOf(brand: Brand): PageAssets
  mount(app: FastifyInstance): void
}

const forever = 'public, max-age=31536000, immutable'

/** Style sheets and the script of pages, at addresses that name their content and never change. */
export function createAssetServer(): AssetServer {
  const { css, js, work } = readPageFiles()
  const sheets = new LRUCache<string, ReturnType<typeof brandSheet>>({ max: 500 })
  const sheetOf = (colour: string): ReturnType<typeof brandSheet> => {
    const present = sheets.get(colour) ?? brandSheet({ name: '', colour, help: {} })
    sheets.set(colour, present)
    return present
  }
  return {
    assetsOf: (brand) => ({
      pagesCss: `/assets/pages-${css.hash}.css`,
      pagesJs: `/assets/pages-${js.hash}.js`,
      workJs: `/assets/work-${work.hash}.js`,
      brandCss: `/assets/brand-${brand.colour.slice(1).toLowerCase()}-${sheetOf(brand.colour.toLowerCase()).hash}.css`,
    }),
    mount(app) {
      for (const [path, file] of [
        [`/assets/pages-${css.hash}.css`, css],
        [`/assets/pages-${js.hash}.js`, js],
        [`/assets/work-${work.hash}.js`, work],
      ] as const) {
        app.get(path, (_request, reply) =>
          reply
            .headers({
              'cache-control': forever,
              'content-type': file.contentType,
              'x-content-type-options': 'nosniff',
            })
            .send(file.text),
        )
      }
      app.get<{ Params: { name: string } }>('/assets/:name', async (request, reply) => {
        const [, colour, hash] = /^brand-([0-9a-f]{6})-([\w-]{16})\.css$/.exec(request.params.name) ?? []
        const sheet = colour === undefined ? undefined : sheetOf(`#${colour}`)
        if (!sheet || sheet.hash !== hash) throw new Problem('request.not_found')
        return reply
          .headers({
            'cache-control': forever,
            'content-type': 'text/css; charset=utf-8',
            'x-content-type-options': 'nosniff',
          })
          .send(sheet.css)
      })
    },
  }
}
