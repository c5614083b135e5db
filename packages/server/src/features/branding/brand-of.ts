import type { BrandSettings } from '../tenancy/index.ts'
import { defaultBrand } from './brand.ts'
import type { Brand } from './brand.ts'
import { readBrandColour } from './tokens.ts'

/**
 * What a page wears: the organization's brand only where the address fixed the organization, else the workspace's. The
 * bare address must not show whose name was typed.
 */
export function brandOf(
  workspace: { readonly name: string; readonly brand: BrandSettings },
  organization?: { readonly name: string; readonly brand: BrandSettings },
): Brand {
  const own = organization?.brand ?? {}
  const { brand } = workspace
  const email = own.helpEmail ?? brand.helpEmail
  const phone = own.helpPhone ?? brand.helpPhone
  const url = own.helpUrl ?? brand.helpUrl
  return {
    name: own.name ?? organization?.name ?? brand.name ?? workspace.name,
    colour: readBrandColour(own.colour ?? brand.colour ?? '') ?? defaultBrand.colour,
    help: {
      ...(email === undefined ? {} : { email }),
      ...(phone === undefined ? {} : { phone }),
      ...(url === undefined ? {} : { url }),
    },
  }
}
