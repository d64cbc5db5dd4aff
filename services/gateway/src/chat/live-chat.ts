import { type Appointment, chatDoubted, chatFailed, chatPosted, spaceStopped } from '@rounds/contracts'
import type { Log } from '@rounds/kernel'
import type { Bus } from '@rounds/messaging'
import type { Principal } from '../http/index.ts'

/** What has changed in chat. Nothing named means: anything may have. */
export interface ChatNews {
  readonly spaceIds: readonly string[]
  /** With what chat was told of them by now. */
  readonly appointments: ReadonlyArray<{
    readonly appointmentId: string
    readonly chat: NonNullable<Appointment['chat']>
  }>
  /** Google Chat refuses one of the spaces from now on: whoever keeps them has to know, whatever page they look at. */
  readonly hasStopped: boolean
}

/** Somebody who watches; called only with what they may see. */
export interface ChatWatcher {
  readonly viewer: Pick<Principal, 'role' | 'personId'>
  chat(news: ChatNews): void
}

export interface ChatHub {
  readonly name: string
  start(): Promise<void>
  stop(): Promise<void>
  watch(watcher: ChatWatcher): () => void
}

export interface ChatHubDeps {
  readonly bus: Pick<Bus, 'follow'>
  /** Whose appointments these are. */
  readonly doctorsOf: (appointmentIds: readonly string[]) => Promise<ReadonlyMap<string, string>>
  /** What chat was told of these. */
  readonly chatOf: (appointmentIds: readonly string[]) => Promise<ReadonlyMap<string, Appointment['chat']>>
  readonly log: Pick<Log, 'warn'>
  /** News are gathered for so long, that a burst is told once. */
  readonly gatherMs?: number
}

const anything: ChatNews = { spaceIds: [], appointments: [], hasStopped: true }

/** Who is named one by one at most; of more, everything is looked at again. */
const mostNamed = 200

/** One per replica: says live that posts changed, and what their appointments say by now. */
export function chatHub({ bus, doctorsOf, chatOf, log, gatherMs = 250 }: ChatHubDeps): ChatHub {
  const watchers = new Set<ChatWatcher>()
  const spaceIds = new Set<string>()
  const appointmentIds = new Set<string>()
  let isTooMuch = false
  let hasStopped = false
  let timer: NodeJS.Timeout | undefined

  function hear(spaceId: string | undefined, appointmentId?: string): void {
    if (watchers.size === 0) return
    if (spaceId === undefined) isTooMuch = true
    else spaceIds.add(spaceId)
    if (appointmentId !== undefined) appointmentIds.add(appointmentId)
    timer ??= setTimeout(tellSoon, gatherMs)
  }

  function tellSoon(): void {
    timer = undefined
    const isAll = isTooMuch || spaceIds.size > mostNamed || appointmentIds.size > mostNamed
    const told = isAll
      ? Promise.resolve(tell(anything))
      : tellOf([...spaceIds], [...appointmentIds], hasStopped)
    told.catch((error: unknown) => log.warn({ error }, 'chat news not shown'))
    spaceIds.clear()
    appointmentIds.clear()
    isTooMuch = false
    hasStopped = false
  }

  async function tellOf(spaces: readonly string[], ids: readonly string[], stopped: boolean): Promise<void> {
    if (ids.length === 0) return tell({ spaceIds: spaces, appointments: [], hasStopped: stopped })
    const [chats, owners] = await Promise.all([chatOf(ids), doctorsOf(ids)])
    const appointments = ids.flatMap((appointmentId) => {
      const chat = chats.get(appointmentId)
      return chat ? [{ appointmentId, chat }] : []
    })
    tell({ spaceIds: spaces, appointments, hasStopped: stopped }, owners)
  }

  /** Doctors hear of their own appointments only; nobody but admins and operations hears of spaces. */
  function tell(news: ChatNews, owners: ReadonlyMap<string, string> = new Map()): void {
    for (const { viewer, chat } of watchers) {
      if (viewer.role === 'admin' || viewer.role === 'ops') chat(news)
      if (viewer.role !== 'doctor') continue
      const own = news.appointments.filter(
        ({ appointmentId }) => owners.get(appointmentId) === viewer.personId,
      )
      if (news === anything || own.length > 0) chat({ spaceIds: [], appointments: own, hasStopped: false })
    }
  }

  return {
    name: 'chat hub',
    async start() {
      // Not waited for: the door opens while the broker is away.
      const following = bus.follow(
        [chatPosted, chatFailed, chatDoubted, spaceStopped],
        ({ type, data }) => {
          if (type === spaceStopped.type) hasStopped = true
          hear(data.spaceId, 'appointmentId' in data ? data.appointmentId : undefined)
        },
        () => hear(undefined),
      )
      following.catch((error: unknown) => log.warn({ error }, 'chat is not followed live'))
    },
    async stop() {
      clearTimeout(timer)
      watchers.clear()
    },
    watch(watcher) {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
  }
}
