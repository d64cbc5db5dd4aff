import type { HospitalEvent, SpaceDocument, SpaceRule, SpaceStateDocument } from '@rounds/contracts'
import type { Principal } from '../http/index.ts'

export type Onlooker = Pick<Principal, 'role'>

/** The gateway's chat spaces, and what it may see of the notifier's side of them. */
export interface Spaces {
  /** By name. */
  list(onlooker: Onlooker): Promise<SpaceDocument[]>
  /** Nothing for one that was removed. */
  read(onlooker: Onlooker, spaceId: string): Promise<SpaceDocument | undefined>
  /** `known` when its identifier is: it was asked for before. */
  add(space: SpaceDocument, says: readonly HospitalEvent[]): Promise<'written' | 'known' | 'name taken'>
  /** Replaces this very version together with what the change says. */
  change(
    before: SpaceDocument,
    after: SpaceDocument,
    says: readonly HospitalEvent[],
  ): Promise<'written' | 'changed meanwhile' | 'name taken'>
  /** Says something about a space that itself stays as it is. */
  say(spaceId: string, says: readonly HospitalEvent[]): Promise<void>
  /** Whether anybody ever added one, removed ones included: no post is older than the first. Once so, it is so for ever. */
  wereEver(): Promise<boolean>
  states(spaceIds: readonly string[]): Promise<ReadonlyMap<string, SpaceStateDocument>>
  /** Those of them that Google Chat refuses. */
  stopped(spaceIds: readonly string[]): Promise<ReadonlySet<string>>
  /** How many wait for an admin because Google Chat refuses them. */
  countStopped(onlooker: Onlooker): Promise<number>
  /** What these are called, those that were removed included. */
  names(spaceIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Where the rules speak of somebody or of a department that is not here, as pointers into the rules. */
  strangersIn(rules: readonly SpaceRule[]): Promise<readonly string[]>
}
