import { type Static, Type } from 'typebox'
import { appointmentStatus } from './appointment-status.ts'
import { chatWord, spaceNews } from './chat-words.ts'
import { broken, nextPage, pageQuery } from './http-problem.ts'
import { day, identifier, instant } from './identifier.ts'

const closed = { additionalProperties: false }
const shown = Type.Object({ id: Type.String(), name: Type.String(), number: Type.String() })

export const appointment = Type.Object({
  appointmentId: identifier('The appointment'),
  status: appointmentStatus,
  startsAt: instant('When it begins'),
  minutes: Type.Integer(),
  patient: shown,
  doctor: shown,
  department: Type.Object({ id: Type.String(), name: Type.String() }),
  reason: Type.String(),
  fee: Type.String({ description: 'Decimal, as text' }),
  bookedAt: instant('When it was made'),
  checkedAt: Type.Optional(instant('When the doctor marked it')),
  diagnosis: Type.Optional(Type.String({ description: 'For the doctor and the patient only' })),
  prescription: Type.Optional(Type.String({ description: 'For the doctor and the patient only' })),
  nextVisit: Type.Optional(Type.String()),
  chat: Type.Optional(
    Type.Object(
      {
        word: chatWord,
        at: Type.Optional(instant('When Google Chat took it')),
        news: Type.Optional(spaceNews),
      },
      {
        description:
          'What chat spaces were told; for admins and the doctor, and absent where none hears of it',
      },
    ),
  ),
  version: Type.Integer(),
})
export type Appointment = Static<typeof appointment>

export const appointmentQuery = Type.Object(
  {
    ...pageQuery,
    from: Type.Optional(day('First day, in the hospital’s zone')),
    to: Type.Optional(day('Last day, included')),
    departmentId: Type.Optional(identifier('Only this department')),
    doctorId: Type.Optional(identifier('Only this doctor')),
    patientId: Type.Optional(identifier('Only this patient')),
    status: Type.Optional(appointmentStatus),
    order: Type.Optional(Type.Union([Type.Literal('soonest'), Type.Literal('latest')])),
  },
  closed,
)
export const appointmentList = Type.Object({ items: Type.Array(appointment), next: nextPage, broken })

export const newAppointment = Type.Object(
  {
    patientId: identifier('Whose'),
    doctorId: identifier('With whom'),
    startsAt: instant('When it begins'),
    minutes: Type.Optional(Type.Integer({ minimum: 5, maximum: 480 })),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
    fee: Type.Optional(Type.String({ pattern: '^[0-9]{1,9}(\\.[0-9]{1,2})?$' })),
  },
  closed,
)

/** What may happen to an appointment; one of these in the body of PATCH. */
export const appointmentChange = Type.Union([
  Type.Object(
    {
      status: Type.Literal('checked'),
      diagnosis: Type.String({ maxLength: 2_000 }),
      prescription: Type.Optional(Type.String({ maxLength: 2_000 })),
      nextVisit: Type.Optional(day('When the patient is to come again')),
    },
    { ...closed, title: 'Check', description: 'The doctor has seen the patient (FHIR `fulfilled`)' },
  ),
  Type.Object(
    { status: Type.Literal('cancelled'), reason: Type.Optional(Type.String({ maxLength: 500 })) },
    { ...closed, title: 'Cancel' },
  ),
  Type.Object(
    { status: Type.Literal('missed') },
    { ...closed, title: 'Missed', description: 'FHIR `noshow`' },
  ),
  Type.Object({ startsAt: instant('The new time') }, { ...closed, title: 'Reschedule' }),
])
export type AppointmentChange = Static<typeof appointmentChange>
