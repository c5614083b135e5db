// A piece of work for a page that asks for it: which number gives the target? Solved in a worker, which runs this same file.
// A page whose script does not run carries no answer, and its sender waits instead.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))

/** The number below `numbers` whose PBKDF2 is the target; undefined when there is none. */
async function solve({ salt, target, numbers, iterations }) {
  const wanted = bytes(target)
  const settings = { name: 'PBKDF2', hash: 'SHA-256', salt: bytes(salt), iterations }
  const isFound = async (number) => {
    const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(number), 'PBKDF2', false, ['deriveBits'])
    const made = new Uint8Array(await crypto.subtle.deriveBits(settings, key, wanted.length * 8))
    return wanted.every((byte, at) => byte === made[at])
  }
  // A few at a time: browsers derive on several threads.
  for (let first = 0; first < numbers; first += 4) {
    const found = await Promise.all([0, 1, 2, 3].map((more) => isFound(String(first + more))))
    if (found.includes(true)) return first + found.indexOf(true)
  }
  return undefined
}

if (globalThis.document) {
  const policy = globalThis.trustedTypes?.createPolicy('work', { createScriptURL: () => import.meta.url })

  class BrowserWork extends HTMLElement {
    connectedCallback() {
      // Without a secure origin there is no cryptography in browsers.
      if (this.isPending !== undefined || !crypto.subtle) return
      this.isPending = true
      this.form = this.closest('form')
      this.form.addEventListener('submit', (event) => this.hold(event), true)
      const worker = new Worker(policy?.createScriptURL('') ?? import.meta.url, { type: 'module' })
      worker.addEventListener('message', ({ data }) => this.finish(data))
      worker.addEventListener('error', () => this.finish(undefined))
      const { salt, target, numbers, iterations } = this.dataset
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no other origin to name
      worker.postMessage({ salt, target, numbers: Number(numbers), iterations: Number(iterations) })
    }

    /** A form that is sent before the work is done is sent when it is. */
    hold(event) {
      if (!this.isPending) return
      event.preventDefault()
      event.stopPropagation()
      this.isAsked = true
      this.form.querySelector('.status').textContent = this.dataset.working
    }

    finish(number) {
      this.isPending = false
      if (number !== undefined) this.querySelector('input').value = `${this.dataset.token}.${number}`
      if (this.isAsked) this.form.requestSubmit()
    }
  }
  customElements.define('browser-work', BrowserWork)
} else {
  globalThis.addEventListener('message', ({ data }) => void solve(data).then(postMessage))
}
