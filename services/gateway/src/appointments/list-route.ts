import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  type Appointment,
  appointment,
  appointmentList,
  appointmentQuery,
  identifier,
} from '@rounds/contracts'
import { daysBounds } from '@rounds/schedule'
import { Type } from 'typebox'
import type { Audit } from '../audit/index.ts'
import { etagOf, notFound, type Principal, ProblemError, pageFrom, pageOf } from '../http/index.ts'
import { type Appointments, openedAppointment, shownAppointment } from './appointments.ts'

/** What chat spaces were told of appointments, for those who were let in to these. */
export interface AppointmentChat {
  /** Whether there may be anything to say, whichever appointments it is about. It is nothing to patients. */
  mayTell(principal: Pick<Principal, 'role'>): Promise<boolean>
  of(appointmentIds: readonly string[]): Promise<ReadonlyMap<string, Appointment['chat']>>
}

export interface ListAppointmentsDeps {
  readonly chatOfAppointments: AppointmentChat
  readonly appointments: Pick<Appointments, 'list' | 'read'>
  readonly audit: Audit
  readonly zone: string
}

const tags = ['appointments']
const config = { policy: { roles: ['admin', 'doctor', 'patient'], scope: 'appointments:read' } } as const

export function listAppointments({
  appointments,
  audit,
  zone,
  chatOfAppointments: chatNews,
}: ListAppointmentsDeps): FastifyPluginAsyncTypebox {
  const none: ReadonlyMap<string, Appointment['chat']> = new Map()
  const withChat = (one: Appointment, told: Appointment['chat']): Appointment =>
    told === undefined ? one : { ...one, chat: told }
  return async (app) => {
    app.get(
      '/v1/appointments',
      {
        schema: {
          tags,
          operationId: 'listAppointments',
          summary: 'Appointments by time; a doctor’s and a patient’s own, all of them for an admin',
          description:
            'Days are days of the hospital. What was found and prescribed is shown by opening one appointment.',
          querystring: appointmentQuery,
          response: { 200: appointmentList },
        },
        config,
      },
      async ({ principal, query }) => {
        const { cursor, limit, from, to, order = 'soonest', ...filter } = query
        if (from !== undefined && to !== undefined && to < from) throw endsBeforeItBegins()
        const page = pageOf({ ...(cursor ? { cursor } : {}), ...(limit ? { limit } : {}) })
        const [found, mayTell] = await Promise.all([
          appointments.list(principal, { ...filter, ...daysBounds({ from, to }, zone) }, order, page),
          chatNews.mayTell(principal),
        ])
        const told = mayTell ? await chatNews.of(found.map(({ _id }) => _id)) : none
        return pageFrom(
          found,
          page.limit,
          ({ startsAt, _id }) => ({ after: startsAt.toISOString(), id: _id }),
          (one) => withChat(shownAppointment(one), told.get(one._id)),
        )
      },
    )

    app.get(
      '/v1/appointments/:appointmentId',
      {
        schema: {
          tags,
          operationId: 'readAppointment',
          summary: 'One appointment; the doctor and the patient also see diagnosis and prescription',
          params: Type.Object({ appointmentId: identifier('The appointment') }),
          response: { 200: appointment },
        },
        config,
      },
      async (request, reply) => {
        const found = await appointments.read(request.principal, request.params.appointmentId)
        if (!found) throw notFound()
        const opened = openedAppointment(found, request.principal)
        if (opened.diagnosis !== undefined || opened.prescription !== undefined) {
          await audit(request, 'diagnosis.opened', found._id)
        }
        reply.header('etag', etagOf(found))
        const told = (await chatNews.mayTell(request.principal)) ? await chatNews.of([found._id]) : none
        return withChat(opened, told.get(found._id))
      },
    )
  }
}

const endsBeforeItBegins = () =>
  new ProblemError(422, 'IMPOSSIBLE_PERIOD', 'The period ends before it begins', {
    errors: [{ pointer: '/query/to', detail: 'is before `from`' }],
  })
