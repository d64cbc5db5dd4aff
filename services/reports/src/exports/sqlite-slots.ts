import { mkdirSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Log } from '@rounds/kernel'
import type { Permits } from '@rounds/ledger'

interface SlotsOptions {
  readonly log: Pick<Log, 'info' | 'warn'>
  /** Absent: this one. */
  readonly machine?: string
}

/**
 * So many slots for all processes of this machine that share the directory, containers too. A slot is the lock of an
 * empty SQLite database: the kernel takes it from whoever dies, so nothing is ever stale (docs/decisions/0013).
 *
 * While the directory is away there is none to be had: work waits where it is written down. It may come back empty, as
 * when it is mounted late.
 */
export function sqliteSlots(
  directory: string,
  count: number,
  { log, machine = thisMachine() }: SlotsOptions,
) {
  const home = join(directory, '.slots')
  const slots = Array.from({ length: count }, (_, index) => slot(join(home, `${machine}.${index}`)))
  const taken: Slot[] = []
  /** Given back a moment ago: with much to do they are wanted again at once, and a lock costs more than a small report may. */
  const spare: Slot[] = []
  /** As many as were spare all the while that somebody might have wanted them. */
  let idle = 0
  let leaving: NodeJS.Timeout | undefined
  let isAway = false

  const linger = () => {
    idle = spare.length
    leaving = setTimeout(() => {
      leave(idle)
      if (spare.length > 0) linger()
    }, lingerMs)
  }
  const leave = (many: number) => {
    clearTimeout(leaving)
    leaving = undefined
    for (const one of spare.splice(0, many)) one.giveBack()
  }
  const spared = (some: readonly Slot[]) => {
    spare.push(...some)
    if (!leaving) linger()
  }
  const permits: Permits = {
    take(atMost) {
      const mine = spare.splice(0, atMost)
      idle = Math.min(idle, spare.length)
      try {
        if (isAway) mkdirSync(home, howMade)
        for (const one of slots) {
          if (mine.length === atMost) break
          if (![...taken, ...spare, ...mine].includes(one) && one.take()) mine.push(one)
        }
        if (isAway) log.info({ component: 'slots' }, 'recovered')
        isAway = false
      } catch (error) {
        if (!isAway) log.warn({ component: 'slots', error }, 'no slot can be had here, and goes on trying')
        isAway = true
      }
      taken.push(...mine)
      return mine.length
    },
    giveBack: (many) => spared(taken.splice(0, many)),
  }
  return {
    name: 'slots',
    start: async () => void (await mkdir(home, howMade)),
    async stop() {
      spared(taken.splice(0))
      leave(spare.length)
      for (const one of slots) one.close()
    },
    ...permits,
  }
}

const lingerMs = 20
const howMade = { recursive: true, mode: 0o750 } as const

type Slot = ReturnType<typeof slot>

/** Stays open between two uses: opening costs more than twenty times the lock. */
function slot(file: string) {
  let database: DatabaseSync | undefined
  return {
    take(): boolean {
      try {
        database ??= new DatabaseSync(file, { timeout: 0 })
        database.exec('BEGIN EXCLUSIVE')
        return true
      } catch (error) {
        if (isBusy(error)) return false
        // What it had open may lie in a directory that is no longer there.
        database?.close()
        database = undefined
        throw error
      }
    },
    giveBack: () => database?.exec('ROLLBACK'),
    close() {
      database?.close()
      database = undefined
    },
  }
}

const sqliteBusy = 5
const isBusy = (error: unknown) => (error as { errcode?: number }).errcode === sqliteBusy

/** The same in every container here and another elsewhere, also when machines share the directory over a network. */
function thisMachine(): string {
  return process.platform === 'linux'
    ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    : hostname()
}
