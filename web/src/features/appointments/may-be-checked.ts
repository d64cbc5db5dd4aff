import type { Appointment } from '@rounds/contracts/http'
import { type Day, dayIn } from '../../format/days.ts'

/** Whether the doctor may have seen this patient by today. One who was written off may have come after all. */
export const mayBeChecked = (
  { status, startsAt }: Pick<Appointment, 'status' | 'startsAt'>,
  today: Day,
  zone: string,
): boolean => (status === 'booked' || status === 'missed') && dayIn(zone, new Date(startsAt)) <= today
