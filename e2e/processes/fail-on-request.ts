// Loaded before the server with `--import`: two addresses at which something fails that no request waits for, at the
// place where it is worst, outside of every handler.
import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'

subscribe('http.server.request.start', (message) => {
  const { url } = (message as { readonly request: IncomingMessage }).request
  if (url === '/fail/rejected') void Promise.reject(new Error('nobody waits for this'))
  if (url === '/fail/thrown') {
    process.nextTick(() => {
      throw new Error('nobody catches this')
    })
  }
})
