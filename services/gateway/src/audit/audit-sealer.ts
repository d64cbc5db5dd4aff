import type { AuditKeys, Head, Signed } from './audit-chain.ts'

/** A head as the database keeps it, beside the stream: by what is missing there, a stream that lost something is told. */
export interface SealedHead extends Head {
  /** Counts how often the stream began anew. */
  readonly life: number
  readonly streamSeq: number
}

export interface SealerDeps {
  readonly writers: readonly { heads(at: Date): Head[]; sealed(head: Head): void }[]
  readonly keys: AuditKeys
  /** Adds to the stream of heads; answers the number under which it stands there. */
  readonly publish: (writer: string, signed: Signed<Head>) => Promise<number>
  readonly records: {
    add(sealed: Signed<SealedHead>): Promise<void>
    latest(): Promise<Pick<SealedHead, 'life' | 'streamSeq'> | undefined>
    /** The last of each chain. */
    lastOfEach(): Promise<readonly Head[]>
  }
  /** How far chains are whose process ended before it could say so. */
  readonly left: (at: Date) => Promise<readonly Head[]>
  readonly now: () => Date
}

/** Signs how far the chains are, once a minute, into a stream from which the gateway can take nothing back. */
export class AuditSealer {
  readonly #deps: SealerDeps
  #known: { life: number; streamSeq: number } | undefined
  #looksForLeftAt = 0

  constructor(deps: SealerDeps) {
    this.#deps = deps
  }

  async seal(): Promise<void> {
    const { writers, left, now } = this.#deps
    for (const writer of writers) {
      for (const head of writer.heads(now())) {
        await this.#put(head)
        writer.sealed(head)
      }
    }
    if (now().getTime() < this.#looksForLeftAt) return
    for (const head of await left(now())) await this.#put(head)
    this.#looksForLeftAt = now().getTime() + 3_600_000
  }

  async #put(head: Head): Promise<void> {
    const { keys, publish, records } = this.#deps
    // Known before it is published: whatever was acknowledged before stands lower in the same stream.
    this.#known ??= (await records.latest()) ?? { life: 1, streamSeq: 0 }
    const { life, streamSeq } = this.#known
    const seq = await publish(head.writer, keys.sign(head))
    this.#known = { life, streamSeq: seq }
    if (seq <= streamSeq) await this.#anchorAgain(life)
    await records.add(keys.sign({ ...head, life: this.#known.life, streamSeq: seq }))
  }

  /** The stream lost what it had: the last head of every chain is put there again, by whoever notices first. */
  async #anchorAgain(life: number): Promise<void> {
    const { keys, publish, records } = this.#deps
    const latest = await records.latest()
    if (latest && latest.life > life) {
      this.#known = { ...latest }
      return
    }
    const heads = await records.lastOfEach()
    for (const head of heads) {
      const streamSeq = await publish(head.writer, keys.sign(head))
      this.#known = { life: life + 1, streamSeq }
      await records.add(keys.sign({ ...head, ...this.#known }))
    }
    this.#known = { life: life + 1, streamSeq: this.#known?.streamSeq ?? 0 }
  }
}
