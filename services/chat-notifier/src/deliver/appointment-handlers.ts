import { type Happening, postKeyOf, spacesHearing } from '@rounds/chat'
import type {
  AppointmentBooked,
  AppointmentCancelled,
  AppointmentChecked,
  AppointmentMissed,
  AppointmentRescheduled,
  SpaceDocument,
  SpaceNews,
} from '@rounds/contracts'
import { done, type Outcome } from '@rounds/messaging'
import type { NewPost } from './post-work.ts'
import type { SpaceBook } from './space-directory.ts'

export interface HearAppointmentsDeps {
  readonly book: Pick<SpaceBook, 'all'>
  /** Resolves once the post is written down; what follows goes on by itself. */
  readonly now: () => Date
  readonly accept: (post: NewPost, space: SpaceDocument) => Promise<void>
}

type Told =
  | AppointmentBooked
  | AppointmentRescheduled
  | AppointmentCancelled
  | AppointmentChecked
  | AppointmentMissed

/** Writes one post down for each space that wants to hear of it. */
export function hearAppointments({ book, now, accept }: HearAppointmentsDeps) {
  return async function hearAppointment(event: Told): Promise<Outcome> {
    const spaces = spacesHearing(await book.all(), happeningOf(event))
    const heardAt = now()
    await Promise.all(spaces.map((space) => accept(postFor(space._id, event, heardAt), space)))
    return done
  }
}

function happeningOf({ type, data }: Told): Happening {
  const { patientId, doctorId, departmentId } = data
  return { news: type satisfies SpaceNews, patientId, doctorId, departmentId }
}

function postFor(
  spaceId: string,
  { id, type: news, time, correlationid, data }: Told,
  heardAt: Date,
): NewPost {
  const { appointmentId, version } = data
  return {
    key: postKeyOf({ spaceId, news, appointmentId, version }),
    input: {
      spaceId,
      kind: 'news',
      news,
      appointmentId,
      appointmentVersion: version,
      at: new Date(time),
      heardAt,
      cause: { id, correlationid },
    },
  }
}
