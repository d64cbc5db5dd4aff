import { appointmentStatus } from '@rounds/contracts/http'
import { type Asked, defineReport, type Stage } from '../define-report.ts'
import { ofPlaces } from '../of-places.ts'
import { within } from '../period.ts'

/** Counted by the database: what leaves it is one row per doctor and period, however many appointments there were. */
export const doctorActivity = defineReport('doctor-activity', {
  collection: 'appointments',
  filter: (asked) => ({ ...within('startsAt', asked), ...ofPlaces(asked) }),
  stages: (asked) => [
    {
      $group: {
        _id: { period: periodOf(asked), doctor: '$doctor.id' },
        // As their latest appointment calls them.
        doctor: { $top: { sortBy: { startsAt: -1, _id: -1 }, output: '$doctor' } },
        appointments: { $sum: 1 },
        ...Object.fromEntries(statuses.map((status) => [status, counted(status)])),
      },
    },
    {
      $project: {
        _id: { $concat: [textOf('$_id.doctor'), ' ', textOf('$_id.period')] },
        period: '$_id.period',
        doctorNumber: '$doctor.number',
        doctorName: '$doctor.name',
        appointments: 1,
        ...Object.fromEntries(statuses.map((status) => [status, 1])),
      },
    },
  ],
  sort: { period: 1, doctorNumber: 1, _id: 1 },
  paths: {
    period: 'period',
    doctorNumber: 'doctorNumber',
    doctorName: 'doctorName',
    appointments: 'appointments',
    booked: 'booked',
    checked: 'checked',
    cancelled: 'cancelled',
    missed: 'missed',
  },
  computed: { noShowPercent: 'noShowPercent' },
})

const statuses = appointmentStatus.anyOf.map(({ const: status }) => status)

const counted = (status: string) => ({ $sum: { $cond: [{ $eq: ['$status', status] }, 1, 0] } })

/** The month or day in the hospital's zone. What no calendar knows belongs to none: it would end the whole aggregation. */
function periodOf({ parameters: { by }, clock: { zone } }: Asked): Stage {
  const format = by === 'day' ? '%Y-%m-%d' : '%Y-%m'
  const isOfCalendar = { $and: [{ $gte: ['$startsAt', firstDay] }, { $lt: ['$startsAt', lastDay] }] }
  const text = { $dateToString: { date: '$startsAt', format, timezone: zone } }
  return { $cond: [isOfCalendar, text, null] }
}

const firstDay = new Date('0001-01-02T00:00:00Z')
const lastDay = new Date('9999-12-31T00:00:00Z')

const textOf = (value: string) => ({ $convert: { input: value, to: 'string', onError: '', onNull: '' } })
