import type { WebhookKeyring } from '@rounds/chat'
import type { SealedSecret } from '@rounds/contracts'

/** A webhook as it lies in the database. */
export interface Sealed {
  readonly spaceId: string
  readonly webhook: SealedSecret
}

export interface SealedWebhooks {
  /** Those that are sealed under another key than this one. */
  underOtherKeys(keyId: string): AsyncIterable<Sealed>
  /** Puts the new seal in the place of this very one. False when somebody changed it meanwhile. */
  reseal(before: Sealed, webhook: SealedSecret): Promise<boolean>
}

export interface Rotation {
  readonly resealed: number
  /** Changed by somebody at the same moment: the next run finds what is left of them. */
  readonly changed: number
  /** Sealed under a key that is not given, or not genuine. By space, with the reason; never with what is in them. */
  readonly unreadable: ReadonlyArray<{ readonly spaceId: string; readonly reason: string }>
}

/** Seals every webhook under the first key. May be stopped at any moment and started again: what is done is not looked at twice. */
export async function rotateKeys(webhooks: SealedWebhooks, keyring: WebhookKeyring): Promise<Rotation> {
  let [resealed, changed] = [0, 0]
  const unreadable: { spaceId: string; reason: string }[] = []
  for await (const one of webhooks.underOtherKeys(keyring.current)) {
    const opened = opening(() => keyring.open(one.spaceId, one.webhook))
    if ('reason' in opened) unreadable.push({ spaceId: one.spaceId, reason: opened.reason })
    else if (await webhooks.reseal(one, keyring.seal(one.spaceId, opened.secret))) resealed++
    else changed++
  }
  return { resealed, changed, unreadable }
}

/** The keyring's errors name keys, and nothing that they seal. */
function opening(open: () => string): { secret: string } | { reason: string } {
  try {
    return { secret: open() }
  } catch (error) {
    return { reason: error instanceof Error ? error.message : 'cannot be opened' }
  }
}
