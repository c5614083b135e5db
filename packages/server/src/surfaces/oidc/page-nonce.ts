/** The nonce of a response, for the pages that the engine asks us to render. */
const nonces = new WeakMap<object, string>()

export const keepNonce = (response: object, nonce: string): void => {
  nonces.set(response, nonce)
}

export const nonceOf = (response: object): string => nonces.get(response) ?? ''
