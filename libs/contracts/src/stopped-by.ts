import type { SpaceDocument, SpaceStateDocument } from './chat-collections.ts'

/**
 * Why Google Chat refuses a space, unless somebody let it go on since. What counts is which version of the space was refused: a late
 * answer to a webhook that is no longer its own stops nothing.
 */
export function stoppedBy(
  { resumedAtVersion = 0 }: Pick<SpaceDocument, 'resumedAtVersion'>,
  state: Pick<SpaceStateDocument, 'stopped'> | undefined,
): SpaceStateDocument['stopped'] {
  const stopped = state?.stopped
  return stopped && stopped.spaceVersion >= resumedAtVersion ? stopped : undefined
}

/** Why nothing is posted in a space for a while, unless that is over or somebody let it go on since. */
export function pausedBy(
  { resumedAtVersion = 0 }: Pick<SpaceDocument, 'resumedAtVersion'>,
  state: Pick<SpaceStateDocument, 'pause'> | undefined,
  now: Date,
): SpaceStateDocument['pause'] {
  const pause = state?.pause
  return pause && pause.until > now && pause.spaceVersion >= resumedAtVersion ? pause : undefined
}
