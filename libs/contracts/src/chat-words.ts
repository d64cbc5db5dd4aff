import { type Static, Type } from 'typebox'

/** What a space may want to hear of. */
export const spaceNews = Type.Union([
  Type.Literal('appointment.booked'),
  Type.Literal('appointment.rescheduled'),
  Type.Literal('appointment.cancelled'),
  Type.Literal('appointment.checked'),
  Type.Literal('appointment.missed'),
])
export type SpaceNews = Static<typeof spaceNews>

/** How a patient is called in a space: it lies outside the hospital's own systems, so the default says little. */
export const patientShownAs = Type.Union([
  Type.Literal('nobody'),
  Type.Literal('number'),
  Type.Literal('initials'),
  Type.Literal('name'),
])
export type PatientShownAs = Static<typeof patientShownAs>

/** Where a post stands, for people and for counting. */
export const postState = Type.Union([
  Type.Literal('waiting'),
  Type.Literal('posting'),
  Type.Literal('posted'),
  Type.Literal('stale'),
  Type.Literal('failed'),
  Type.Literal('in doubt'),
  Type.Literal('cancelled'),
])
export type PostState = Static<typeof postState>

/** Why a space rests for a while; nobody has to do anything, and an admin may end it. */
export const restReason = Type.Union([
  Type.Literal('slow down', { description: 'Google Chat asked for it' }),
  Type.Literal('unreachable', { description: 'There is no connection to Google Chat' }),
  Type.Literal('no answer', { description: 'Google Chat failed, or did not answer in time' }),
  Type.Literal('intercepted', {
    description: 'Something else answered, such as a proxy or a network’s sign-in page',
  }),
])
export type RestReason = Static<typeof restReason>

/** What became of an appointment's latest news in the spaces that hear of it, in one word. */
export const chatWord = Type.Union([
  Type.Literal('sent'),
  Type.Literal('waiting'),
  Type.Literal('stopped'),
  Type.Literal('in doubt'),
  Type.Literal('not sent'),
])
export type ChatWord = Static<typeof chatWord>

/** What a post came from: something that happened, or a person who tries a space. */
export const postKind = Type.Union([Type.Literal('news'), Type.Literal('test')])
export type PostKind = Static<typeof postKind>

/** Why a post was not told. */
export type UntoldCode =
  | 'STALE'
  | 'SPACE_REMOVED'
  | 'SPACE_OFF'
  | 'NOT_REPLAYED'
  | 'NO_SUCH_APPOINTMENT'
  | 'MESSAGE_REFUSED'

/**
 * Why a post did not simply come to stand in its space, for machines. `_AFTER_DOUBT`: it may have left before; `NO_ANSWER`: it was
 * asked for again for as long as that is safe; `RESTORED`: it had no end in the backup from which the database was restored. Pages have a word for each, or they do not compile.
 */
export type PostCode = UntoldCode | `${UntoldCode}_AFTER_DOUBT` | 'NO_ANSWER' | 'RESTORED'
