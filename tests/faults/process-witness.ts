import { readdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Why processes cannot be looked at here; nothing when they can. */
export const cannotSeeProcesses = () =>
  process.platform === 'linux' ? undefined : 'needs Linux, whose /proc tells what a process holds'

/** What the kernel says of a process, whatever the process says of itself. */
export function processWitness(pid: number) {
  const inProc = (name: string) => join('/proc', `${pid}`, name)
  return {
    /** Begins anew to note the most memory it has. */
    // 5: "reset the peak resident set size", man proc_pid_clear_refs
    forgetPeak: () => writeFile(inProc('clear_refs'), '5'),
    async peakMb(): Promise<number> {
      const status = await readFile(inProc('status'), 'utf8')
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1_024
    },
    /** How many files whose paths begin so it holds open. */
    async openFiles(path: string): Promise<number> {
      const descriptors = await readdir(inProc('fd'))
      const targets = await Promise.all(
        // One may be closed before it is looked at.
        descriptors.map((name) => readlink(join(inProc('fd'), name)).catch(() => '')),
      )
      return targets.filter((target) => target.startsWith(path)).length
    },
  }
}
