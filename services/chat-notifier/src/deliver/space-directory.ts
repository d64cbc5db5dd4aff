import type { SpaceDocument } from '@rounds/contracts'

/** The spaces as the gateway publishes them. */
export interface SpaceBook {
  /** All spaces, as they stood when this was called or later. */
  all(): Promise<Iterable<SpaceDocument>>
  /** One space, read now. */
  read(spaceId: string): Promise<SpaceDocument | undefined>
}
