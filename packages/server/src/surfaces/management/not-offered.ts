import { addressOf } from '@gatehouse/contract'
import type { OperationNotOffered } from '@gatehouse/contract'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../../problem/index.ts'
import { proving } from './mount.ts'
import type { VerifySystemToken } from './prove-caller.ts'

/**
 * Answers an operation that we do not have: 501, and only to whoever might have used it. What is sent is not read.
 *
 * Nothing else answers 501.
 */
export function mountNotOffered(app: FastifyInstance, verify: VerifySystemToken, row: OperationNotOffered): void {
  const refuse = async (): Promise<never> => {
    throw new Problem('server.not_implemented')
  }
  app.route({
    method: row.method,
    url: addressOf(row).replaceAll(/\{(\w+)\}/g, ':$1'),
    exposeHeadRoute: false,
    onRequest: [proving(row, verify, new WeakMap()), refuse],
    handler: refuse,
  })
}
