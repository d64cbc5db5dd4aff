import {
  contractOf,
  type DeadLetterOpened,
  type DeadLetterVerdict,
  decodeEvent,
  readableData,
  type DeadLetter as Shown,
  type ReplayRun as ShownRun,
} from '@rounds/contracts'
import { readFrom } from '../http/index.ts'
import type { DeadLetter } from './dead-letter.ts'
import type { ReplayRunDocument, RunProgress } from './dead-letter-store.ts'

type Names = ReadonlyMap<string, string>

/** Whose names a letter's view needs. */
export const peopleIn = (letters: readonly DeadLetter[]) =>
  readFrom(letters, ({ replay, discard }) => [
    ...(replay ? [replay.by] : []),
    ...(discard ? [discard.by] : []),
  ])

export function letterView(letter: DeadLetter, names: Names): Shown {
  const { _id, attributes, replay, discard, replayOf, letterId } = letter
  const who = (id: string) => ({ id, name: names.get(id) ?? id })
  return {
    deadLetterId: _id,
    kind: letter.kind,
    state: letter.state,
    consumer: letter.consumer,
    service: letter.service,
    type: letter.type,
    reason: letter.reason,
    deliveries: letter.deliveries,
    firstAt: letter.firstAt.toISOString(),
    diedAt: letter.diedAt.toISOString(),
    stream: letter.stream,
    sequence: letter.sequence,
    bytes: letter.bytes,
    isCut: letter.isCut,
    ...(attributes.id ? { eventId: attributes.id } : {}),
    ...(attributes.subject ? { about: attributes.subject } : {}),
    ...(attributes.correlationid ? { correlationId: attributes.correlationid } : {}),
    ...(replayOf ? { replayOf } : {}),
    ...(letterId ? { letterId } : {}),
    ...(replay
      ? {
          replay: {
            as: replay.as,
            by: who(replay.by),
            at: replay.at.toISOString(),
            ...(replay.eventId ? { eventId: replay.eventId } : {}),
            ...(replay.runId ? { runId: replay.runId } : {}),
            ...(replay.sentAt ? { sentAt: replay.sentAt.toISOString() } : {}),
          },
        }
      : {}),
    ...(discard
      ? { discard: { by: who(discard.by), at: discard.at.toISOString(), reason: discard.reason } }
      : {}),
  }
}

/** Opened. Content only for those who may see what strangers wrote. */
export function openedView(letter: DeadLetter, names: Names, maySeeContent: boolean): DeadLetterOpened {
  const message = { headers: Object.fromEntries(letter.headers), body: letter.body }
  const opened = letter.kind === 'letter' ? decodeEvent(message) : { faults: [] }
  const shown = {
    ...letterView(letter, names),
    faults: 'faults' in opened ? faultsIn(opened.faults) : [],
    attributes: { ...letter.attributes },
  }
  if (!maySeeContent || letter.kind !== 'letter') return shown
  const data = readableData(message)
  return {
    ...shown,
    headers: letter.headers.map(([name, value]) => ({ name, value })),
    ...(data === undefined ? {} : { data }),
    raw: Buffer.from(letter.body).toString('base64'),
  }
}

/** What a contract says against data that somebody wrote. */
export function verdictOn(type: string, data: unknown): DeadLetterVerdict {
  const contract = contractOf(type)
  const faults = contract
    ? faultsIn(contract.faults(data).map((line) => `/data${line}`))
    : [{ pointer: '/type', detail: 'is none of ours' }]
  return { valid: faults.length === 0, faults }
}

export function runView(run: ReplayRunDocument & RunProgress, names: Names): ShownRun {
  const { _id, state, filter, perSecond, total, taken, sent, by, at, endedAt } = run
  return {
    runId: _id,
    state,
    filter,
    perSecond,
    total,
    taken,
    sent,
    by: { id: by, name: names.get(by) ?? by },
    at: at.toISOString(),
    ...(endedAt ? { endedAt: endedAt.toISOString() } : {}),
  }
}

/** A choice between schemas says the same of each. */
const faultsIn = (lines: readonly string[]) => [...new Set(lines)].map(faultIn)

/** Faults come as lines: a JSON pointer, a blank, what is wrong there. The contracts end a pointer to the whole with `/`. */
function faultIn(line: string) {
  const [, pointer = '/', detail = line] = /^(\S+) (.*)$/s.exec(line) ?? []
  return { pointer: pointer.length > 1 ? pointer.replace(/\/$/, '') : pointer, detail }
}
