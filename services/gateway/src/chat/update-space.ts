import type { WebhookKeyring } from '@rounds/chat'
import { type Space, type SpaceDocument, spaceChanged } from '@rounds/contracts'
import type { MakeEvent } from '@rounds/messaging'
import type { FastifyRequest } from 'fastify'
import type { Audit } from '../audit/index.ts'
import { mustMatch, nameTaken, notFound, ProblemError, type Shown, shownEach } from '../http/index.ts'
import type { Posts } from './posts.ts'
import { shownSpace } from './space-view.ts'
import type { Spaces } from './spaces.ts'

export interface KeepingSpacesDeps {
  readonly spaces: Spaces
  readonly posts: Pick<Posts, 'tallies'>
  readonly audit: Audit
  readonly make: MakeEvent
  readonly now: () => Date
  readonly keyring: Pick<WebhookKeyring, 'seal'>
  /** Where webhooks may lead besides Google Chat: a sink, in development. */
  readonly chatSinkOrigin?: string | undefined
  readonly namesOf: (personIds: readonly string[]) => Promise<ReadonlyMap<string, string>>
}

/** Two who change one space at the same moment: the slower one looks again and decides anew. */
const rounds = 3

/** What every route of this slice does with a space: find it, change it with its event, show it. */
export function keeping({ spaces, posts, audit, make, namesOf, now }: KeepingSpacesDeps) {
  return { found, change, show, showAll, says }

  async function found({ principal }: FastifyRequest, spaceId: string): Promise<SpaceDocument> {
    const space = await spaces.read(principal, spaceId)
    if (!space) throw notFound()
    return space
  }

  async function change(
    request: FastifyRequest,
    spaceId: string,
    did: string,
    decide: (space: SpaceDocument) => Promise<SpaceDocument> | SpaceDocument,
  ): Promise<SpaceDocument> {
    for (let round = 1; round <= rounds; round++) {
      const before = await found(request, spaceId)
      mustMatch(request.headers['if-match'], before)
      const after = await decide(before)
      await audit(request, did, spaceId)
      const written = await spaces.change(before, after, says(after, request))
      if (written === 'name taken') throw nameTaken('space')
      if (written === 'written') return after
    }
    throw new ProblemError(409, 'CHANGED_MEANWHILE', 'Somebody else is changing this space')
  }

  function says({ _id: spaceId, version }: SpaceDocument, { trace }: FastifyRequest) {
    return [make(spaceChanged, { spaceId, version }, trace)]
  }

  async function showAll(all: readonly SpaceDocument[]): Promise<Shown<Space>> {
    const ids = all.map(({ _id }) => _id)
    const [states, tallies, names] = await Promise.all([
      spaces.states(ids),
      posts.tallies(ids),
      namesOf(all.map(({ createdBy }) => createdBy)),
    ])
    return shownEach(all, (space) =>
      shownSpace(space, states.get(space._id), tallies.get(space._id), names, now()),
    )
  }

  async function show(space: SpaceDocument): Promise<Space> {
    const [shown] = (await showAll([space])).items
    if (!shown) throw notFound()
    return shown
  }
}
