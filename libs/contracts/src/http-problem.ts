import { type Static, Type } from 'typebox'

/** RFC 9457. The same shape from every route, 404 and 413 included. */
export const problem = Type.Object(
  {
    type: Type.String({ description: 'Where it is explained' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.Optional(Type.String()),
    instance: Type.Optional(Type.String()),
    code: Type.String({ description: 'For machines; does not change with the wording' }),
    traceId: Type.Optional(Type.String({ description: 'Finds this request in the logs' })),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({
            description: 'JSON pointer into the body, or `/query/…`, `/headers/…`, `/path/…`',
          }),
          detail: Type.String(),
        }),
      ),
    ),
    openJobs: Type.Optional(
      Type.Array(
        Type.Object({
          jobId: Type.String(),
          report: Type.String(),
          state: Type.String(),
          requestedAt: Type.String({ format: 'date-time' }),
        }),
        { description: 'Of `TOO_MANY_OPEN_JOBS`: what has to end first' },
      ),
    ),
    openAppointments: Type.Optional(
      Type.Array(
        Type.Object({
          appointmentId: Type.String(),
          startsAt: Type.String({ format: 'date-time' }),
          doctorName: Type.String(),
        }),
        { description: 'Of `TOO_MANY_OPEN_APPOINTMENTS`: what has to take place or be cancelled first' },
      ),
    ),
  },
  { $id: 'Problem' },
)
export type Problem = Static<typeof problem>

/** A page of a list: items, and where the next page begins. */
export const pageQuery = {
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxLength: 300, pattern: '^[A-Za-z0-9_-]+$', description: 'From `next`' }),
  ),
  limit: Type.Optional(
    Type.String({ pattern: '^([1-9][0-9]?|1[0-9]{2}|200)$', description: '1 to 200, default 50' }),
  ),
}
/** Records that cannot be shown: the others of a list are shown all the same. */
export const broken = Type.Optional(
  Type.Array(Type.Object({ id: Type.String(), reason: Type.String() }), {
    description: 'Records that cannot be shown, by identifier; absent when there are none',
  }),
)
export const nextPage = Type.Optional(
  Type.String({ description: 'Cursor of the next page; absent on the last' }),
)
