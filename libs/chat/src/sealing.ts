import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { SealedSecret } from '@rounds/contracts'

/** Seals webhooks under the first of its keys, and opens those sealed under any of them. */
export interface WebhookKeyring {
  /** The key that seals. What is sealed under another one waits to be sealed anew. */
  readonly current: string
  /** `recordId` is bound to it: copied to another record, it opens nothing. */
  seal(recordId: string, secret: string): SealedSecret
  /** Throws `CannotOpenError`. */
  open(recordId: string, sealed: SealedSecret): string
}

/** The variable with the keys is not one. Names every mistake, and nothing of a key. */
export class KeyringError extends Error {
  override readonly name = 'KeyringError'
  readonly code = 'BAD_KEYRING'
}

/** A secret that this process cannot read: its key is not here, or it was changed, or belongs to another record. */
export class CannotOpenError extends Error {
  override readonly name = 'CannotOpenError'
  readonly code: 'KEY_UNKNOWN' | 'NOT_GENUINE'

  constructor(code: 'KEY_UNKNOWN' | 'NOT_GENUINE', { keyId, ...options }: { keyId: string } & ErrorOptions) {
    super(
      code === 'KEY_UNKNOWN'
        ? `the key ${keyId} is not among the keys that were given`
        : `what was sealed under the key ${keyId} was changed, or belongs to another record`,
      options,
    )
    this.code = code
  }
}

const algorithm = 'aes-256-gcm'
const [keyBytes, nonceBytes, tagBytes] = [32, 12, 16]

/**
 * Reads `k2:<base64>,k1:<base64>`, each key 32 random bytes (`openssl rand -base64 32`). The first one seals, all of them open:
 * a new key is put before the old ones, everything is sealed anew, and then the old ones go.
 */
export function webhookKeyring(text: string): WebhookKeyring {
  const entries = text.split(',').map((entry) => entry.trim())
  const keys = new Map<string, KeyObject>()
  const mistakes = entries.flatMap((entry, place) => {
    const [, id, base64] = /^([A-Za-z0-9_-]{1,20}):([A-Za-z0-9+/_-]+={0,2})$/.exec(entry) ?? []
    const bytes = Buffer.from(base64 ?? '', 'base64')
    if (id === undefined) return [`key ${place + 1} is not like k1:<base64>`]
    if (bytes.length !== keyBytes) return [`the key ${id} has ${bytes.length} bytes and not ${keyBytes}`]
    if (keys.has(id)) return [`the key ${id} is there twice`]
    keys.set(id, createSecretKey(bytes))
    return []
  })
  const [current] = keys.keys()
  if (mistakes.length > 0 || current === undefined) throw new KeyringError(mistakes.join('; '))

  return {
    current,

    seal(recordId, secret) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv(algorithm, keyOf(current), nonce, { authTagLength: tagBytes })
      cipher.setAAD(Buffer.from(recordId))
      const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return { keyId: current, nonce: nonce.toString('base64'), sealed: sealed.toString('base64') }
    },

    open(recordId, { keyId, nonce, sealed }) {
      const key = keyOf(keyId)
      const [iv, bytes] = [Buffer.from(nonce, 'base64'), Buffer.from(sealed, 'base64')]
      // A shorter tag would be easier to guess; Node would take it.
      if (iv.length !== nonceBytes || bytes.length < tagBytes)
        throw new CannotOpenError('NOT_GENUINE', { keyId })
      const decipher = createDecipheriv(algorithm, key, iv, { authTagLength: tagBytes })
      decipher.setAAD(Buffer.from(recordId))
      decipher.setAuthTag(bytes.subarray(-tagBytes))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]).toString(
          'utf8',
        )
      } catch (cause) {
        throw new CannotOpenError('NOT_GENUINE', { keyId, cause })
      }
    },
  }

  function keyOf(id: string): KeyObject {
    const key = keys.get(id)
    if (!key) throw new CannotOpenError('KEY_UNKNOWN', { keyId: id })
    return key
  }
}
