import type { SpaceDocument, SpaceStateDocument } from '@rounds/contracts'

/** Why Google Chat refuses it, unless somebody let it go on since. */
export function stoppedBy(
  { goesOnSince }: Pick<SpaceDocument, 'goesOnSince'>,
  state: Pick<SpaceStateDocument, 'stopped'> | undefined,
): SpaceStateDocument['stopped'] {
  const stopped = state?.stopped
  return stopped && (goesOnSince === undefined || stopped.at > goesOnSince) ? stopped : undefined
}
