import { createHash } from 'node:crypto'
import type { SpaceNews } from '@rounds/contracts'

export interface PostOccasion {
  readonly spaceId: string
  readonly news: SpaceNews
  readonly appointmentId: string
  readonly version: number
}

/**
 * Names posts: the same happening in the same space has the same key, whoever tells of it, under whatever event id and however
 * late. It fits `identifier`. Nothing secret goes into it: identifiers only.
 */
export const postKeyOf = ({ spaceId, news, appointmentId, version }: PostOccasion): string =>
  named('news', spaceId, news, appointmentId, version)

/** A test message; each trial is one. */
export const trialKeyOf = (spaceId: string, trialId: string): string => named('test', spaceId, trialId)

/**
 * The id under which Google Chat is asked for a message that tells of these posts: the same posts, in any order, give the same
 * id, so that asking again gives back the message that there is.
 */
export function requestIdOf(postKeys: readonly string[]): string {
  const hex = named('request', ...postKeys.toSorted())
  // UUID form; the version says "made by rules of our own", RFC 9562.
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16)
  const groups = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
  ]
  return [...groups, hex.slice(20, 32)].join('-')
}

/** JSON, so that no two lists of parts are written alike. */
const named = (...parts: readonly (string | number)[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
