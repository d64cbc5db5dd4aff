import { type Appointment, type ChatWord, type PostState, postStateOf } from '@rounds/contracts'
import type { ToldPost } from './posts.ts'

type Told = NonNullable<Appointment['chat']>

/**
 * What an appointment's chat spaces were told of its latest change, in one word: that it was sent, when any of them has it; else
 * what stands in the way. `stopped` are the spaces that Google Chat refuses.
 */
export function chatTold(posts: readonly ToldPost[], stopped: ReadonlySet<string>): Told | undefined {
  const newest = Math.max(...posts.map(({ input }) => input.appointmentVersion ?? 0))
  const latest = posts.filter(({ input }) => (input.appointmentVersion ?? 0) === newest)
  const [first] = latest
  if (!first) return undefined
  const words = latest.map((post) => wordOf(postStateOf(post), stopped.has(post.input.spaceId)))
  const word = inOrder.find((one) => words.includes(one)) ?? 'not sent'
  const sentAt = latest.flatMap(({ outcome }) => (outcome?.postedAt ? [outcome.postedAt.getTime()] : []))
  return {
    word,
    ...(word === 'sent' && sentAt.length > 0 ? { at: new Date(Math.max(...sentAt)).toISOString() } : {}),
    ...(first.input.news ? { news: first.input.news } : {}),
  }
}

const inOrder: readonly ChatWord[] = ['sent', 'in doubt', 'stopped', 'waiting', 'not sent']

function wordOf(state: PostState, isStopped: boolean): ChatWord {
  switch (state) {
    case 'posted':
      return 'sent'
    case 'in doubt':
      return 'in doubt'
    case 'waiting':
    case 'posting':
      return isStopped ? 'stopped' : 'waiting'
    case 'stale':
    case 'failed':
    case 'cancelled':
      return 'not sent'
    default:
      return state satisfies never
  }
}
