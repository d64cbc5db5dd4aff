import { createHash } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { errorsOf, manifestOf, parsedArtifactName, partOf } from './artifact-name.ts'
import type { ArtifactStore, SealedFile, StoredFile } from './artifact-store.ts'

/** Finished files in one directory. Unfinished ones stand beside them as `.part`: only then is renaming atomic. */
export function directoryArtifacts(directory: string): ArtifactStore & { prepare(): Promise<void> } {
  const path = (name: string) => join(directory, name)
  const forget = (...names: readonly string[]) =>
    Promise.all(names.map((name) => rm(path(name), { force: true })))

  // A rename is on disk once its directory is.
  const syncDirectory = shared(syncDirectoryOnce)

  return {
    async prepare() {
      await mkdir(directory, { recursive: true, mode: 0o750 })
    },

    async write(file, bytes, { gzip, signal, manifestOf: manifestFor, errors = () => nothing }) {
      const manifest = manifestOf(file)
      const beside = errorsOf(file)
      // Exclusive: whoever finds the name taken is not the only one who holds this fence, and must not write.
      await using handle = await open(path(partOf(file)), 'wx', 0o640)
      try {
        await using complaints = laterFile(path(partOf(beside)))
        const complain = async () => complaints.append(errors())
        const sealed = { file, ...(await fill(handle, bytes, gzip, signal, complain)) }
        const described = JSON.stringify(manifestFor(sealed), null, 2)
        // Together: a disk that has to wait for one of them need not wait for the others after it.
        const [hasErrors] = await allOver([
          complaints.seal(),
          handle.sync(),
          writeWhole(path(partOf(manifest)), described),
        ])
        signal.throwIfAborted()
        // The file last: whoever sees it sees what it is. What stands there without it is swept like any orphan.
        if (hasErrors) await rename(path(partOf(beside)), path(beside))
        await rename(path(partOf(manifest)), path(manifest))
        await rename(path(partOf(file)), path(file))
        await syncDirectory()
        return sealed
      } catch (error) {
        await forget(...[file, manifest, beside].flatMap((name) => [partOf(name), name]))
        throw error
      }
    },

    async remove(name) {
      await forget(name)
      await forget(manifestOf(name), errorsOf(name))
    },

    async list(key) {
      const isOne = (name: string) => {
        const parsed = parsedArtifactName(name)
        return parsed !== undefined && (key === undefined || parsed.key === key)
      }
      const names = (await readdir(directory)).filter(isOne)
      const files = await Promise.all(names.map(described))
      return files.filter((file) => file !== undefined)
    },
  }

  async function described(name: string): Promise<StoredFile | undefined> {
    try {
      return { name, changedAt: (await stat(path(name))).mtime }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  async function syncDirectoryOnce() {
    await using handle = await open(directory, 'r')
    await handle.sync()
  }
}

/** The same work for all who ask before it begins: whoever asks while it is under way may have come too late for it. */
function shared(work: () => Promise<void>): () => Promise<void> {
  let underWay = Promise.resolve()
  let next: Promise<void> | undefined
  return () => {
    next ??= underWay.then(() => {
      next = undefined
      const doing = work()
      underWay = doing.catch(() => {})
      return doing
    })
    return next
  }
}

const nothing = new Uint8Array()

type Handle = Awaited<ReturnType<typeof open>>

/** What all of them give; throws what one of them threw once all are over, so that nothing is still written behind it. */
async function allOver<Work extends readonly Promise<unknown>[]>(work: readonly [...Work]) {
  await Promise.allSettled(work)
  return Promise.all(work)
}

/** Streams into the file as fast as the disk takes it, and tells what went in. Node's gzip writes no time into it. */
async function fill(
  handle: Handle,
  bytes: AsyncIterable<Uint8Array>,
  gzip: boolean,
  signal: AbortSignal,
  afterEach: () => Promise<void>,
): Promise<Omit<SealedFile, 'file'>> {
  const hash = createHash('sha256')
  let count = 0
  const toDisk = async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const chunk of chunks) {
      // A pipeline of functions alone does not heed its signal.
      signal.throwIfAborted()
      hash.update(chunk)
      count += chunk.byteLength
      await handle.appendFile(chunk)
      await afterEach()
    }
  }
  // The bytes themselves heed the signal; a pipeline costs as much as a small file.
  await (gzip ? pipeline(bytes, createGzip(), toDisk, { signal }) : toDisk(bytes))
  await afterEach()
  return { bytes: count, sha256: hash.digest('hex') }
}

/** A file that comes into being with its first byte. */
function laterFile(path: string) {
  let handle: Handle | undefined
  return {
    async append(bytes: Uint8Array) {
      if (bytes.length === 0) return
      handle ??= await open(path, 'w', 0o640)
      await handle.appendFile(bytes)
    },
    /** Whether there is such a file, now safe on disk. */
    async seal(): Promise<boolean> {
      await handle?.sync()
      return handle !== undefined
    },
    [Symbol.asyncDispose]: async () => handle?.close(),
  }
}

async function writeWhole(path: string, text: string) {
  await using handle = await open(path, 'w', 0o640)
  await handle.appendFile(text)
  await handle.sync()
}
