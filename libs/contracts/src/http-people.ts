import { type Static, Type } from 'typebox'
import { broken, nextPage, pageQuery } from './http-problem.ts'
import { identifier } from './identifier.ts'
import { line } from './text.ts'

const name = line({ maxLength: 200 })
const number = Type.String({ minLength: 1, maxLength: 40, pattern: '^[A-Za-z0-9/-]+$' })
const mail = Type.String({ format: 'email', maxLength: 254 })
const phone = Type.String({ pattern: '^[+0-9 ()-]{3,30}$' })
const language = Type.Union([Type.Literal('en'), Type.Literal('hi')])
const closed = { additionalProperties: false }

export const patient = Type.Object({
  patientId: identifier('The patient'),
  name: Type.String(),
  number: Type.String({ description: 'Hospital number' }),
  mail: Type.Optional(Type.String()),
  phone: Type.Optional(Type.String()),
  language,
  active: Type.Boolean(),
  version: Type.Integer(),
})
export const newPatient = Type.Object(
  { name, number, mail: Type.Optional(mail), phone: Type.Optional(phone), language: Type.Optional(language) },
  closed,
)
export const patientChange = Type.Partial(
  Type.Object({ name, mail, phone, language, active: Type.Boolean() }, closed),
  { ...closed, minProperties: 1 },
)
export const patientList = Type.Object({ items: Type.Array(patient), next: nextPage, broken })
export type Patient = Static<typeof patient>

export const doctor = Type.Object({
  doctorId: identifier('The doctor'),
  name: Type.String(),
  number: Type.String({ description: 'Registration number' }),
  departmentId: identifier('Where they work'),
  active: Type.Boolean(),
  version: Type.Integer(),
})
export const newDoctor = Type.Object(
  { name, number, departmentId: identifier('Where they work'), mail: Type.Optional(mail) },
  closed,
)
export const doctorChange = Type.Partial(
  Type.Object({ name, departmentId: identifier('Where they work'), mail, active: Type.Boolean() }, closed),
  { ...closed, minProperties: 1 },
)
export const doctorList = Type.Object({ items: Type.Array(doctor), next: nextPage, broken })
export type Doctor = Static<typeof doctor>

export const department = Type.Object({
  departmentId: identifier('The department'),
  name: Type.String(),
  active: Type.Boolean(),
  version: Type.Integer(),
})
export const newDepartment = Type.Object({ name }, closed)
export const departmentChange = Type.Partial(Type.Object({ name, active: Type.Boolean() }, closed), {
  ...closed,
  minProperties: 1,
})
export const departmentList = Type.Object({ items: Type.Array(department), next: nextPage, broken })
export type Department = Static<typeof department>

// The database's patterns end at NUL.
const beginning = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[^\\0]*$',
  description: 'Start of a name or a number',
})

export const peopleQuery = Type.Object(pageQuery, closed)
/** POST /v1/patients/search and /v1/doctors/search: names of people travel in bodies, which no log and no browser history keeps. */
export const peopleSearch = Type.Object({ ...pageQuery, q: beginning }, closed)
export const departmentQuery = Type.Object({ ...pageQuery, q: Type.Optional(beginning) }, closed)
