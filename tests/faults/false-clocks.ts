import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Where Debian's libfaketime stands, for whichever processor. */
function library(): string | undefined {
  return readdirSync('/usr/lib', { withFileTypes: true })
    .map(({ name }) => join('/usr/lib', name, 'faketime', 'libfaketime.so.1'))
    .find(existsSync)
}

export const cannotFakeTime = () =>
  process.platform === 'linux' && library()
    ? undefined
    : 'needs libfaketime, as Debian packages it (apt-get install libfaketime)'

/** Environment of a process whose clock on the wall is this far from the true one; its timers run as always. */
export const clockOff = (seconds: number): Record<string, string> => ({
  LD_PRELOAD: library() ?? '',
  FAKETIME: `${seconds < 0 ? '' : '+'}${seconds}s`,
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
})
