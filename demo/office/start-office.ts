import { buildOffice } from './office-app.ts'
import type { OfficeNeeds } from './office-app.ts'
import { openMailbox } from './mailbox/mailbox.ts'

/** @throws a system error with its `code` and `port` when a port was taken meanwhile */
export async function startOffice(needs: Omit<OfficeNeeds, 'mailbox'>): Promise<{ close(): Promise<void> }> {
  const mailbox = await openMailbox(needs.ports.smtp)
  const app = await buildOffice({ ...needs, mailbox })
  try {
    await app.listen({ port: needs.ports.office, host: 'localhost' })
  } catch (error) {
    await mailbox.close()
    throw error
  }
  return {
    async close() {
      await app.close()
      await mailbox.close()
    },
  }
}
