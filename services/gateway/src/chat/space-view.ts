import {
  pausedBy,
  type Space,
  type SpaceDocument,
  type SpaceStateDocument,
  stoppedBy,
} from '@rounds/contracts'
import { noPosts, type PostTally } from './posts.ts'

/** A space as a person is shown it: never with its webhook, not even sealed. */
export function shownSpace(
  space: SpaceDocument,
  state: SpaceStateDocument | undefined,
  { waiting, inDoubt, lastHour }: PostTally = noPosts,
  names: ReadonlyMap<string, string>,
  now: Date,
): Space {
  const { _id, name, rules, language, patientShownAs, relevantMinutes, active, googleSpace } = space
  const stopped = stoppedBy(space, state)
  const paused = stopped || !active ? undefined : pausedBy(space, state, now)
  return {
    spaceId: _id,
    name,
    rules,
    language,
    patientShownAs,
    relevantMinutes,
    active,
    googleSpace,
    state: stopped ? 'stopped' : paused ? 'paused' : active ? 'active' : 'off',
    ...(stopped ? { stopped: { ...stopped, at: stopped.at.toISOString() } } : {}),
    ...(paused ? { paused: { until: paused.until.toISOString(), reason: paused.reason } } : {}),
    waiting: stopped ? 0 : waiting,
    kept: stopped ? waiting : 0,
    inDoubt,
    lastHour,
    ...(state?.lastPostedAt ? { lastPostedAt: state.lastPostedAt.toISOString() } : {}),
    createdBy: { id: space.createdBy, name: names.get(space.createdBy) ?? '' },
    createdAt: space.createdAt.toISOString(),
    version: space.version,
  }
}
