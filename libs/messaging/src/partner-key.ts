import { nkeys } from '@nats-io/transport-node'

/** A new key for another system: what the broker is told of it, and the seed, which nobody but the system keeps. */
export function newPartnerKey(): { readonly publicKey: string; readonly seed: string } {
  const pair = nkeys.createUser()
  return { publicKey: pair.getPublicKey(), seed: Buffer.from(pair.getSeed()).toString('ascii') }
}
