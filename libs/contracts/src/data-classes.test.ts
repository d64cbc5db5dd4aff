import type { TSchema } from 'typebox'
import { describe, expect, it } from 'vitest'
import * as chat from './chat-collections.ts'
import * as core from './collections.ts'
import { classesIn, classOf, type DataClass, mayRead, maySee } from './data-classes.ts'
import { hospitalEvents } from './events.ts'
import { appointment } from './http-appointments.ts'
import { patient } from './http-people.ts'
import * as mail from './mail-collections.ts'
import { reportCatalogue, reportFor } from './report-catalogue.ts'
import * as schedule from './schedule-collections.ts'

/** Collections of which a schema says what stands in a document. The ledgers of libs/ledger have none: `ledgerFields`. */
const schemas: Readonly<Record<string, TSchema>> = {
  people: core.personDocument,
  departments: core.departmentDocument,
  appointments: core.appointmentDocument,
  emergencyAccess: core.emergencyAccessDocument,
  schedules: schedule.scheduleDocument,
  campaigns: mail.campaignDocument,
  campaignRecipients: mail.campaignRecipientDocument,
  mails: mail.mailDocument,
  consents: mail.consentDocument,
  suppressionRequests: mail.suppressionRequestDocument,
  bounces: mail.bounceDocument,
  suppressions: mail.suppressionDocument,
  checks: mail.checkDocument,
  spaces: chat.spaceDocument,
  spaceStates: chat.spaceStateDocument,
  fires: schedule.fireDocument,
}

const published = core.collections.filter(
  ({ publishedTo, fieldsFor = {} }) => publishedTo.length + Object.keys(fieldsFor).length > 0,
)
const fieldsOf = (schema: TSchema) => Object.keys((schema as { properties?: object }).properties ?? {})

describe('the class of every field', () => {
  it.each(published)('stands in the table for $name', ({ name, fieldsFor = {} }) => {
    expect(classesIn(name), 'no field of it has a class').not.toEqual([])
    const fields = [...fieldsOf(schemas[name] ?? {}), ...Object.values(fieldsFor).flat()]
    expect(fields.filter((field) => classOf(name, field) === undefined)).toEqual([])
  })

  it('is clinical for what was found and prescribed, and contact for how somebody is reached', () => {
    expect(['diagnosis', 'prescription'].map((field) => classOf('appointments', field))).toEqual([
      'clinical',
      'clinical',
    ])
    expect(['mail', 'phone'].map((field) => classOf('people', field))).toEqual(['contact', 'contact'])
    expect(classOf('deliveries', 'outcome.to')).toBe('contact')
    expect(classOf('deliveries', 'outcome.subject')).toBe('administrative')
    expect(classesIn('deliveries', 'outcome')).toContain('contact')
  })
})

describe('the rights of services at the database', () => {
  const readings = published.flatMap(({ name, publishedTo, fieldsFor = {} }) => [
    ...publishedTo.map((service) => ({ service, name, classes: classesIn(name) })),
    ...Object.entries(fieldsFor).map(([service, fields]) => ({
      service: service as (typeof publishedTo)[number],
      name,
      classes: fields.flatMap((field) => classesIn(name, field)),
    })),
  ])

  it.each(readings)('give $service no class of $name that it may not read', ({ service, classes }) => {
    expect(classes.filter((dataClass) => !mayRead(service, dataClass))).toEqual([])
  })

  it.each(['mailer', 'chat-notifier', 'scheduler'] as const)('show %s no diagnosis', (service) => {
    const seen = readings.filter((one) => one.service === service).flatMap(({ classes }) => classes)
    expect(seen).not.toContain('clinical')
  })
})

describe('what a role is shown', () => {
  const roles = ['admin', 'doctor', 'patient'] as const

  it.each(roles)('of a report is never of a class that a %s may not see', (role) => {
    const shown = reportCatalogue.flatMap(({ report }) => reportFor(report, role)?.columns ?? [])
    expect(shown.filter((column) => !maySee(role, column.class))).toEqual([])
  })

  it('holds no diagnosis for anybody but doctors and patients', () => {
    const clinical: DataClass = 'clinical'
    expect((['admin', 'ops', 'integrator'] as const).filter((role) => maySee(role, clinical))).toEqual([])
  })

  it('of an appointment or a patient at the HTTP door has a class by its name in the collection', () => {
    const renamed = { appointmentId: '_id', patientId: '_id', chat: '_id' } as Record<string, string>
    const unclassed = (collection: string, schema: TSchema) =>
      fieldsOf(schema).filter((field) => classOf(collection, renamed[field] ?? field) === undefined)
    expect(unclassed('appointments', appointment)).toEqual([])
    expect(unclassed('people', patient)).toEqual([])
  })
})

it('no event has a field for what is clinical or how somebody is reached', () => {
  const guarded = published.flatMap(({ name }) =>
    fieldsOf(schemas[name] ?? {}).filter(
      (field) => classOf(name, field) !== 'administrative' && field !== '_id',
    ),
  )
  const fields = hospitalEvents.flatMap(({ type, data }) => fieldsOf(data).map((field) => `${type} ${field}`))
  expect(fields.filter((field) => guarded.includes(field.split(' ')[1] ?? ''))).toEqual([])
  expect(guarded).toEqual(expect.arrayContaining(['diagnosis', 'prescription', 'mail', 'phone']))
})
