import type { FastifyInstance } from 'fastify'

export interface HealthNeeds {
  /** Whether requests can be served: the database answers. */
  isReady(): Promise<boolean>
  readonly isStopping: () => boolean
}

/** For the platform that runs us. `live`: the process turns. `ready`: send requests here. */
export function healthSurface(app: FastifyInstance, needs: HealthNeeds): void {
  const headers = { 'cache-control': 'no-store' }
  app.get('/health/live', (_request, reply) => reply.headers(headers).send({ status: 'live' }))
  app.get('/health/ready', async (_request, reply) => {
    const isReady = !needs.isStopping() && (await needs.isReady())
    return reply
      .code(isReady ? 200 : 503)
      .headers(headers)
      .send({ status: isReady ? 'ready' : needs.isStopping() ? 'stopping' : 'waiting for the database' })
  })
}
