import type { NewSpace, SealedSecret, SpaceChange, SpaceDocument } from '@rounds/contracts'
import { versionAfter } from '../http/index.ts'

/** A webhook as it is kept: sealed, with the name by which it is recognised in Google Chat. */
export interface KeptWebhook {
  readonly webhook: SealedSecret
  readonly googleSpace: string
}

/** What a space is unless somebody says otherwise. It lies outside the hospital, so it says little of patients. */
const usual = { language: 'en', patientShownAs: 'initials', relevantMinutes: 30, active: true } as const

/** A space that was just asked for. */
export function spaceOf(
  { webhook: _, ...body }: NewSpace,
  kept: KeptWebhook,
  about: { readonly spaceId: string; readonly by: string },
  now: Date,
): SpaceDocument {
  return {
    ...usual,
    ...body,
    ...kept,
    _id: about.spaceId,
    createdBy: about.by,
    createdAt: now,
    version: 1,
    updatedAt: now,
  }
}

/**
 * The same with this changed. Another webhook is tried at once, whatever the old one was refused for; what was kept meanwhile is
 * posted too, since nobody gave it up.
 */
export function changed(
  space: SpaceDocument,
  { webhook: _, ...change }: SpaceChange,
  kept: KeptWebhook | undefined,
  now: Date,
): SpaceDocument {
  const after = touched({ ...space, ...change, ...kept }, now)
  return kept ? letGoOn(after, true) : after
}

/** Posts again, and what was kept too when `replay` says so. */
export const goneOn = (space: SpaceDocument, replay: boolean, now: Date): SpaceDocument =>
  letGoOn(touched(space, now), replay)

/** Removed, its webhook with it: nobody can post there any more. Its posts stay. */
export function removed({ webhook: _, ...space }: SpaceDocument, now: Date): SpaceDocument {
  return touched({ ...space, active: false, removedAt: now }, now)
}

/** From this version on; what was refused before it, however late that is heard, does not count. */
const letGoOn = (space: SpaceDocument, replaysKept: boolean): SpaceDocument => ({
  ...space,
  resumedAtVersion: space.version,
  resumedAt: space.updatedAt,
  replaysKept,
})

const touched = (space: SpaceDocument, now: Date): SpaceDocument => ({
  ...space,
  updatedAt: now,
  version: versionAfter(space),
})
