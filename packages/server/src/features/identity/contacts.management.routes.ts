import {
  systemAddIdentifier,
  systemAddVerifiableAddress,
  systemDeleteIdentifier,
  systemDeleteVerifiableAddress,
  systemUpdateVerifiableAddress,
} from '@gatehouse/contract'
import type { Mount } from '../../surfaces/management/index.ts'
import { poolId } from '../pools/index.ts'
import type { Contacts } from './contacts.ts'
import { shownAddress, shownIdentifier } from './show-user.ts'
import { readUserId } from './users.management.routes.ts'

export function mountContacts(mount: Mount, { contacts }: { readonly contacts: Contacts }): void {
  mount(systemAddIdentifier, async ({ caller, params, body, expected }) => {
    const input = { type: body.type, identifier: body.identifier, metadata: body.metadata ?? {} }
    const id = readUserId(params.userID)
    const { user, identifier } = await contacts.addIdentifier(caller, poolId(params.ipID), id, input, expected)
    return { body: shownIdentifier(user, identifier), revision: user.revision }
  })

  mount(systemDeleteIdentifier, async ({ caller, params, body, expected }) => {
    const id = readUserId(params.userID)
    await contacts.removeIdentifier(caller, poolId(params.ipID), id, body.identifier, expected)
    return { body: undefined }
  })

  mount(systemAddVerifiableAddress, async ({ caller, params, body, expected }) => {
    const input = {
      type: body.type,
      address: body.address,
      status: body.status ?? 'active',
      isVerified: body.verified,
      metadata: body.metadata,
      preferredContactMethod: body.preferred_contact_method,
    }
    const id = readUserId(params.userID)
    const { user, address } = await contacts.addAddress(caller, poolId(params.ipID), id, input, expected)
    return { body: shownAddress(user, address), revision: user.revision }
  })

  mount(systemUpdateVerifiableAddress, async ({ caller, params, body, expected }) => {
    const input = {
      status: body.status,
      isVerified: body.verified,
      metadata: body.metadata,
      preferredContactMethod: body.preferred_contact_method,
    }
    const [pool, id] = [poolId(params.ipID), readUserId(params.userID)]
    const { user, address } = await contacts.changeAddress(caller, pool, id, body.address, input, expected)
    return { body: shownAddress(user, address), revision: user.revision }
  })

  mount(systemDeleteVerifiableAddress, async ({ caller, params, body, expected }) => {
    const id = readUserId(params.userID)
    await contacts.removeAddress(caller, poolId(params.ipID), id, body.address, expected)
    return { body: undefined }
  })
}
