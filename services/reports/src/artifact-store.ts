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
   * Writes all bytes, and shows the file only when all of them are safe; its manifest is there before it. Rejects when
   * the bytes fail, when `signal` aborts, when the store is full or the name is taken; then nothing is left of it.
   */
  write(
    file: string,
    bytes: AsyncIterable<Uint8Array>,
    options: {
      readonly gzip: boolean
      readonly signal: AbortSignal
      readonly manifestOf: (sealed: SealedFile) => object
    },
  ): Promise<SealedFile>
  /** Removes whatever stands under this name, and the manifest of it. Nothing there is fine. */
  remove(name: string): Promise<void>
  list(): Promise<readonly StoredFile[]>
}
