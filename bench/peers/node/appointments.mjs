import { MongoClient } from 'mongodb'

const { MONGO_URL } = process.env
const appointments = new MongoClient(MONGO_URL).db().collection('appointments')

const path = (...names) => [names.join('.'), (row) => names.reduce((value, name) => value?.[name], row)]
const instant = (name) => [name, (row) => inIndia(row[name])]

/** The twelve columns that every variant of the bench writes: title, field, value. */
export const columns = [
  ['Appointment', ...path('_id')],
  ['Starts at', ...instant('startsAt')],
  ['Status', ...path('status')],
  ['Patient number', ...path('patient', 'number')],
  ['Patient', ...path('patient', 'name')],
  ['Doctor number', ...path('doctor', 'number')],
  ['Doctor', ...path('doctor', 'name')],
  ['Department', ...path('department', 'name')],
  ['Reason for visit', ...path('reason')],
  ['Minutes', ...path('minutes')],
  ['Fee', 'fee', (row) => row.fee?.toString()],
  ['Booked at', ...instant('bookedAt')],
]

/** All appointments in the order of the report, with the whole fields of the columns: the query that Rounds asks. */
export function allAppointments(options) {
  const projection = Object.fromEntries(columns.map(([, field]) => [field.replace(/\..*/, ''), 1]))
  return appointments.find({}, { projection, sort: { startsAt: 1, _id: 1 }, allowDiskUse: true, ...options })
}

const eastMs = 5.5 * 3_600_000

/** `2026-01-31T09:30:00+05:30` */
function inIndia(date) {
  return date && `${new Date(date.getTime() + eastMs).toISOString().slice(0, 19)}+05:30`
}
