import { Type } from 'typebox'
import type { Static } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { colour } from './organizations.ts'
import { entityId, exactly, optional, text } from './words.ts'

const address = Type.String({ pattern: '^https://[^\\s]+$', maxLength: 2000 })

// Divergence D-61
/** What pages wear, as far as a brand goes here: a name, one colour, where people get help. */
const brand = exactly({
  name: optional(Type.String({ minLength: 1, maxLength: 200 })),
  colour: optional(colour),
  help_email: optional(Type.String({ pattern: '^[^\\s@]+@[^\\s@]+$', maxLength: 254 })),
  help_phone: optional(Type.String({ pattern: '^\\+?[0-9 ()./-]{3,40}$' })),
  help_url: optional(address),
})

const shared = {
  name: optional(Type.String({ minLength: 1, maxLength: 200 })),
  /** Kept and given back; pages load no pictures from elsewhere. */
  logo_url: optional(address),
  brand: optional(brand),
}
export const themeInput = exactly({ ...shared, id: optional(entityId), tenant_id: optional(entityId) })
export type ThemeInput = Static<typeof themeInput>
export const theme = exactly({ ...shared, id: entityId, name: Type.String(), tenant_id: entityId })
export type Theme = Static<typeof theme>

/** Without `theme_id`: the server wears its own brand. */
const serverTheme = exactly({ server_id: entityId, tenant_id: entityId, theme_id: optional(entityId) })

// Divergence D-58
const common = { surface: 'admin', query: exactly({}), body: noBody } as const
const reads = { ...common, method: 'GET', scope: 'read_configuration', status: 200 } as const
const writes = { ...common, scope: 'manage_configuration' } as const
const byId = { path: '/theme/{themeID}', params: exactly({ themeID: text }) }

export const listThemes = operation({
  ...reads,
  operationId: 'listThemes',
  path: '/themes',
  params: exactly({}),
  answer: exactly({ themes: Type.Array(theme) }),
  refusals: [429],
})

export const createTheme = operation({
  ...writes,
  operationId: 'createTheme',
  method: 'POST',
  path: '/theme',
  params: exactly({}),
  /** What is not said comes from this one. */
  query: exactly({ source_theme_id: optional(text) }),
  body: themeInput,
  status: 201,
  answer: theme,
  refusals: [404, 409, 422, 429],
})

export const getTheme = operation({
  ...reads,
  ...byId,
  operationId: 'getTheme',
  answer: theme,
  refusals: [404, 412, 429],
})

export const updateTheme = operation({
  ...writes,
  ...byId,
  operationId: 'updateTheme',
  method: 'PUT',
  body: themeInput,
  status: 200,
  answer: theme,
  refusals: [404, 412, 422, 429],
})

export const deleteTheme = operation({
  ...writes,
  ...byId,
  operationId: 'deleteTheme',
  method: 'DELETE',
  status: 204,
  answer: noBody,
  refusals: [404, 409, 412, 429],
})

export const getServerTheme = operation({
  ...reads,
  operationId: 'getServerTheme',
  path: '/servers/{wid}/theme',
  params: exactly({ wid: text }),
  answer: serverTheme,
  refusals: [404, 429],
})

export const bindServerTheme = operation({
  ...writes,
  operationId: 'bindServerTheme',
  method: 'POST',
  path: '/servers/{wid}/bind-theme/{themeID}',
  params: exactly({ wid: text, themeID: text }),
  status: 200,
  answer: serverTheme,
  refusals: [404, 429],
})

export const unbindServerTheme = operation({
  ...writes,
  operationId: 'unbindServerTheme',
  method: 'POST',
  path: '/servers/{wid}/unbind-theme',
  params: exactly({ wid: text }),
  status: 200,
  answer: serverTheme,
  refusals: [404, 429],
})
