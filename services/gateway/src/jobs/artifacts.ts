import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Job } from './job.ts'

/** A file that is open: deleted meanwhile, it can still be read to its end. */
export interface OpenArtifact {
  readonly file: FileHandle
  readonly size: number
}

/** The finished files of the reports service, for reading. */
export interface Artifacts {
  open(name: string): Promise<OpenArtifact | undefined>
}

/**
 * The name of a job's file in the artifact store, or nothing when what the event said is no such name. It has to be
 * `<reportId>.<fence>.csv[.gz]`: what stands in the document never leads outside, nor to somebody else's file.
 */
export function artifactName({ _id, result }: Pick<Job, '_id' | 'result'>): string | undefined {
  const name = result?.file
  if (!name?.startsWith(`${_id}.`)) return undefined
  return /^\d{1,15}\.csv(\.gz)?$/.test(name.slice(_id.length + 1)) ? name : undefined
}

/** Beside the file: what it holds, and how it was made. */
export const manifestName = (artifact: string) => `${artifact}.json`

/** Beside the file where some of it could not be written: which rows, and why. */
export const errorsName = (artifact: string) => artifact.replace(/\.csv(\.gz)?$/, '.errors.csv')

/** Artifacts in a directory. */
export function directoryArtifacts(directory: string): Artifacts {
  return {
    async open(name) {
      try {
        const file = await open(join(directory, name))
        return { file, size: (await file.stat()).size }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
  }
}
