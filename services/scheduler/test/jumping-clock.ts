import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where Debian's libfaketime stands, for whichever processor. */
const library = () =>
  process.platform === 'linux'
    ? readdirSync('/usr/lib', { withFileTypes: true })
        .map(({ name }) => join('/usr/lib', name, 'faketime', 'libfaketime.so.1'))
        .find(existsSync)
    : undefined

/** Where there is no libfaketime (apt-get install libfaketime). */
export const cannotFakeTime = () => library() === undefined

/** The clock on the wall of a process, which jumps while it runs; its timers go on as always. */
export async function jumpingClock() {
  const dir = await mkdtemp(join(tmpdir(), 'rounds-clock-'))
  const file = join(dir, 'offset')
  const jump = (seconds: number) => writeFile(file, `${seconds < 0 ? '' : '+'}${seconds}s\n`)
  await jump(0)
  return {
    environment: {
      LD_PRELOAD: library() ?? '',
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    /** From now on it is that far from the true one. */
    jump,
    forget: () => rm(dir, { recursive: true }),
  }
}
