import type { ChatVisit } from '@rounds/testing'

/** A visit, and the one space that is to hear of it, once. */
export interface Wanted {
  readonly id: string
  readonly spaceId: string
}

export interface ToldInSpaces {
  /** Told nowhere that wanted to hear of them. */
  readonly lost: readonly string[]
  /** Told once too often, each as often as that; also where nobody wanted to hear of them. */
  readonly surplus: readonly string[]
  /** Visits that a digest counts and does not name: it lists no more than 40. */
  readonly unnamed: number
}

/**
 * Compares what was to be told with what messages tell of, visit by visit: one that is told twice does not make up for another that
 * is left out. A card names its visit by its thread, a digest by the department of each line, which here is called after the visit.
 */
export function toldInSpaces(
  wanted: readonly Wanted[],
  messages: readonly Pick<ChatVisit, 'space' | 'message'>[],
): ToldInSpaces {
  const left = new Set(wanted.map(({ id, spaceId }) => keyOf(spaceId, id)))
  const surplus: string[] = []
  let unnamed = 0
  for (const { space, message } of messages) {
    const named = visitsNamedIn(message)
    unnamed += Math.max(0, countedIn(message) - named.length)
    for (const id of named) if (!left.delete(keyOf(space, id))) surplus.push(keyOf(space, id))
  }
  return { lost: [...left], surplus, unnamed }
}

const keyOf = (space: string, id: string) => `${space} ${id}`

function visitsNamedIn(message: ChatVisit['message']): readonly string[] {
  const [card] = message?.cardsV2 ?? []
  if (card?.cardId !== 'digest') return message?.thread ? [message.thread.threadKey] : []
  return JSON.stringify(card.card).match(/chat-\d+-visit-\d+/g) ?? []
}

/** "12 appointments checked", or one by itself. */
const countedIn = (message: ChatVisit['message']) =>
  Number(/^(\d+) appointments/.exec(message?.fallbackText ?? '')?.[1] ?? 1)
