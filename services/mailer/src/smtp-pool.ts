import { waitingLine } from './waiting-line.ts'

export interface PoolOptions<Item> {
  readonly size: number
  readonly open: () => Promise<Item>
  readonly close: (item: Item) => void
  readonly isUsable: (item: Item) => boolean
  /** Servers end a connection that idles, and may do so in the moment in which it is used again. */
  readonly idleMs: number
  /** Servers answer only so many mails on one connection. */
  readonly usesAtMost: number
}

interface Member<Item> {
  readonly item: Item
  uses: number
  idle?: NodeJS.Timeout
}

/** Keeps connections for those who come next; each is in one hand at a time. Those who find none free wait their turn. */
export interface Pool<Item> {
  /** `leave` ends the wait for a turn, with its reason, and nothing else. */
  use<Result>(work: (item: Item, isFresh: boolean) => Promise<Result>, leave: AbortSignal): Promise<Result>
  /** Kept or in hand at this moment. */
  count(): number
  /** Closes what is kept, and what is in hand once it comes back. */
  close(): void
}

export function pool<Item>(options: PoolOptions<Item>): Pool<Item> {
  const { size, open, close, isUsable, idleMs, usesAtMost } = options
  const kept: Member<Item>[] = []
  const line = waitingLine()
  let taken = 0
  let isClosed = false

  return {
    async use(work, leave) {
      if (taken >= size) await line.turn(leave)
      else taken += 1
      try {
        const member = takeKept() ?? { item: await open(), uses: 0 }
        const isFresh = member.uses === 0
        member.uses += 1
        try {
          return await work(member.item, isFresh)
        } finally {
          keepOrClose(member)
        }
      } finally {
        passOn()
      }
    },
    count: () => kept.length + taken,
    close() {
      isClosed = true
      for (const { item, idle } of kept.splice(0)) {
        clearTimeout(idle)
        close(item)
      }
    },
  }

  /** The one that was used last: the others may idle away. */
  function takeKept(): Member<Item> | undefined {
    for (;;) {
      const member = kept.pop()
      if (!member) return undefined
      clearTimeout(member.idle)
      if (isUsable(member.item)) return member
      close(member.item)
    }
  }

  function keepOrClose(member: Member<Item>): void {
    const isOver = isClosed || member.uses >= usesAtMost || !isUsable(member.item)
    if (isOver) close(member.item)
    else keep(member)
  }

  function keep(member: Member<Item>): void {
    kept.push(member)
    member.idle = setTimeout(() => {
      kept.splice(kept.indexOf(member), 1)
      close(member.item)
    }, idleMs)
    member.idle.unref()
  }

  /** The place goes to whoever waits longest. */
  function passOn(): void {
    if (!line.next()) taken -= 1
  }
}
