/** What a file turned out to be, known once its last byte is on disk. */
export interface SealedFile {
  readonly file: string
  readonly bytes: number
  readonly sha256: string
}

export interface StoredFile {
  /** As it stands in the store, with `.part` or `.json` where it is one. */
  readonly name: string
  readonly changedAt: Date
}

/** Where finished files stand: a directory today, a bucket tomorrow. */
export interface ArtifactStore {
  /**
   * Writes all bytes, and shows the file only when all of them are safe; its manifest, and what `errors` had to say, are
   * there before it. Rejects when the bytes fail, when `signal` aborts, when the store is full or the name is taken; then
   * nothing is left of it.
   */
  write(
    file: string,
    bytes: AsyncIterable<Uint8Array>,
    options: {
      readonly gzip: boolean
      readonly signal: AbortSignal
      readonly manifestOf: (sealed: SealedFile) => object
      /** Asked again and again for what belongs into the file beside; without a word there is no such file. */
      readonly errors?: () => Uint8Array
    },
  ): Promise<SealedFile>
  /** Removes whatever stands under this name, with its manifest and errors. Nothing there is fine. */
  remove(name: string): Promise<void>
  /** All of them, or those of one report. */
  list(key?: string): Promise<readonly StoredFile[]>
}
