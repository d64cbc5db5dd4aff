import { execFileSync } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** Processor seconds that these processes and all their descendants have used so far, waited-for children included. */
export async function cpuSeconds(pids: readonly number[]): Promise<number> {
  const all = await withDescendants(pids)
  const ticks = await Promise.all(all.map(ticksOf))
  return ticks.reduce((sum, one) => sum + one, 0) / ticksPerSecond
}

/** The most memory that the biggest of these processes and their descendants had since `forgetPeaks`, in MB. */
export async function peakMb(pids: readonly number[]): Promise<number> {
  const peaks = await Promise.all(
    (await withDescendants(pids)).map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024
    }),
  )
  return Math.max(...peaks)
}

/** Begins anew to note the most memory they have. */
export async function forgetPeaks(pids: readonly number[]): Promise<void> {
  for (const pid of await withDescendants(pids)) {
    // 5: "reset the peak resident set size", man proc_pid_clear_refs
    await writeFile(`/proc/${pid}/clear_refs`, '5').catch(() => {})
  }
}

async function withDescendants(pids: readonly number[]): Promise<number[]> {
  const parents = new Map<number, number[]>()
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const parent = (await statOf(Number(entry)))?.parent
    if (parent !== undefined) parents.set(parent, [...(parents.get(parent) ?? []), Number(entry)])
  }
  const found = new Set<number>()
  const add = (pid: number) => {
    if (found.has(pid)) return
    found.add(pid)
    for (const child of parents.get(pid) ?? []) add(child)
  }
  pids.forEach(add)
  return [...found]
}

const ticksOf = async (pid: number) => (await statOf(pid))?.ticks ?? 0

async function statOf(pid: number) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : statIn(text)
}

/** The parent and the used ticks in a line of /proc/<pid>/stat. */
export function statIn(text: string): { readonly parent: number; readonly ticks: number } {
  // A program may be called anything, brackets and blanks included: what follows the last bracket is numbers.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [utime, stime, cutime, cstime] = fields.slice(11, 15).map(Number) as [number, number, number, number]
  return { parent: Number(fields[1]), ticks: utime + stime + cutime + cstime }
}
