/**
 * Idempotency keys for one button. The same body keeps its key until it was accepted, so that a second click after a
 * lost answer is the same wish; another body, or the next one after an acceptance, gets a new key.
 */
export function clickKeys(make: () => string = () => crypto.randomUUID()) {
  let kept: { readonly body: string; readonly key: string } | undefined
  return {
    keyFor(body: unknown): string {
      const text = JSON.stringify(body)
      if (kept?.body !== text) kept = { body: text, key: make() }
      return kept.key
    },
    accepted() {
      kept = undefined
    },
  }
}
