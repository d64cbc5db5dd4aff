import { setTimeout as sleep } from 'node:timers/promises'
import type { Appointment, Post } from '@rounds/contracts/http'
import type { ApiClient } from './api-client.ts'

/** What was heard in chat of one appointment. */
export interface ToldInChat {
  readonly appointmentId: string
  /** From the moment before the PATCH to the sink's receipt of the last card, by the one clock of this machine. */
  readonly ms: number
  readonly spaces: string
  /** When, as the appointment itself says. */
  readonly sentAt: string
}

/** So soon does a card follow what a doctor marks. */
const promisedMs = 1_000

/**
 * Keeps the promise to be quick, or throws. One more attempt is allowed, with another appointment: the first one after a start may
 * pay for connections that are opened and code that is warmed up.
 */
export async function toldInTime<T extends Pick<ToldInChat, 'ms'>>(
  attempt: () => Promise<T>,
  rest: () => Promise<unknown> = () => sleep(betweenMs),
): Promise<T & { readonly firstMs?: number }> {
  const first = await attempt()
  if (first.ms <= promisedMs) return first
  await rest()
  const second = await attempt()
  if (second.ms <= promisedMs) return { ...second, firstMs: first.ms }
  throw new Error(
    `a card is promised within ${promisedMs} ms; it came after ${first.ms} ms, and that of another appointment after ${second.ms} ms`,
  )
}

/** A space gets one message a second, so that a card right after another one would wait. */
const betweenMs = 1_500

interface Card {
  readonly name: string
  readonly createTime: string
  readonly cardsV2?: ReadonlyArray<{ readonly cardId: string }>
  readonly thread: { readonly threadKey?: string }
  readonly space: { readonly displayName: string }
}

/** Marks an appointment as checked, and waits until each space that hears of it has its card and the appointment says so. */
export async function markedAndTold(
  doctor: ApiClient,
  { appointmentId }: Pick<Appointment, 'appointmentId'>,
  chatUrl: string,
): Promise<ToldInChat> {
  const seen = new Set((await cardsAt(chatUrl)).map(({ name }) => name))
  const path = `/v1/appointments/${appointmentId}`
  const since = Date.now()
  await doctor.send('PATCH', path, { status: 'checked', diagnosis: 'Recovered' })
  const giveUpAt = since + 30_000
  for (;;) {
    // One that had to wait for its second may stand in a digest with others.
    const fresh = (await cardsAt(chatUrl)).filter(
      ({ name, thread, cardsV2 = [] }) =>
        !seen.has(name) && (thread.threadKey === appointmentId || cardsV2[0]?.cardId === 'digest'),
    )
    const { chat } = await doctor.get<Appointment>(path)
    if (fresh.length > 0 && chat?.word === 'sent' && chat.at) {
      const { items } = await doctor.get<{ items: readonly Post[] }>(`${path}/posts`)
      const news = items.filter((post) => post.news === 'appointment.checked')
      if (news.every(({ state }) => state === 'posted') && fresh.length >= news.length) {
        const receivedAt = Math.max(...fresh.map(({ createTime }) => Date.parse(createTime)))
        const spaces = fresh.map(({ space }) => space.displayName).join(' and ')
        return { appointmentId, ms: receivedAt - since, spaces, sentAt: chat.at }
      }
    }
    if (Date.now() > giveUpAt)
      throw new Error(
        `after half a minute the sink has ${fresh.length} cards, and the appointment says ${chat?.word ?? 'nothing'}`,
      )
    await sleep(20)
  }
}

async function cardsAt(chatUrl: string): Promise<readonly Card[]> {
  const answer = await fetch(`${chatUrl}/api/messages`)
  return ((await answer.json()) as { items: readonly Card[] }).items
}
