import { randomUUIDv7 } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  identifier,
  isClinicalFile,
  type MailDocument,
  mailAccepted,
  mailRequested,
  mail as mailShown,
  newMail,
  type PersonDocument,
  reportFor,
} from '@rounds/contracts'
import { templateOf } from '@rounds/mail'
import type { MakeEvent } from '@rounds/messaging'
import { type Static, Type } from 'typebox'
import type { Audit } from '../audit/index.ts'
import {
  expectSameWish,
  type Fault,
  idempotencyHeader,
  idempotencyOf,
  notFound,
  type Principal,
  ProblemError,
} from '../http/index.ts'
import {
  type DecideReport,
  type Job,
  type Jobs,
  mayDownload,
  type ReportAsker,
  titleOf,
} from '../jobs/index.ts'
import { missingFor, textFaults } from './author-texts.ts'
import type { Deliveries } from './deliveries.ts'
import { deliveryView } from './delivery-view.ts'
import type { MailFacts } from './mail-facts.ts'
import type { AskedMail, Mails } from './mails.ts'
import type { SenderTotals } from './sender-totals.ts'

export interface SendMailDeps {
  readonly mails: Mails
  readonly deliveries: Pick<Deliveries, 'list'>
  readonly jobs: Pick<Jobs, 'one'>
  /** Somebody who is still with the hospital, whatever they are. */
  readonly activePerson: (
    personId: string,
  ) => Promise<Pick<PersonDocument, '_id' | 'kind' | 'name' | 'language' | 'departmentId'> | undefined>
  readonly mailFacts: Pick<MailFacts, 'departmentsOf'>
  readonly namesOf: (personIds: readonly string[]) => Promise<ReadonlyMap<string, string>>
  /** As what somebody signs in; nothing for whoever does not. */
  readonly personById: (personId: string) => Promise<Pick<Principal, 'role'> | undefined>
  /** Decides as if the recipient had asked for the report. */
  readonly decideReport: DecideReport
  /** A larger report goes as a link. */
  readonly attachmentMaxBytes: number
  /** As many recipients may one person write to within a day, campaigns included, without anybody's approval. */
  readonly approvalLimit: number
  readonly senderTotals: Pick<SenderTotals, 'reserve'>
  readonly make: MakeEvent
  readonly audit: Audit
  readonly auditRead: Audit
  readonly now: () => Date
}

type Wish = Static<typeof newMail>

/** One mail to one person: a text, or a finished report as a link or a file. */
export function sendMail(deps: SendMailDeps): FastifyPluginAsyncTypebox {
  const { mails, make, audit, now } = deps
  return async (app) => {
    app.post(
      '/v1/mails',
      {
        config: { policy: { roles: ['admin'], scope: 'mail:write' } },
        schema: {
          tags: ['deliveries'],
          operationId: 'sendMail',
          summary: 'Send one mail to one person',
          headers: idempotencyHeader,
          body: newMail,
          response: { 202: mailAccepted },
        },
      },
      async (request, reply) => {
        const { principal, body, trace } = request
        const idempotency = idempotencyOf(request, principal.personId, body, now())
        const known = await mails.byKey(idempotency.key, now())
        if (known) return answer(known, true)

        const report = await mustStand(body, principal)
        const mailId = randomUUIDv7()
        const event = make(mailRequested, { mailId, template: body.template }, trace)
        const mail: AskedMail = {
          _id: mailId,
          recipientId: body.recipientId,
          template: body.template,
          purpose: templateOf(body.template)?.purpose ?? 'administrative',
          ...(body.texts ? { texts: body.texts } : {}),
          ...(report ? { report } : {}),
          requestedBy: principal.personId,
          requestedAt: now(),
          correlationid: event.correlationid,
          idempotency,
        }
        const sending = {
          sender: principal.personId,
          under: idempotency.key,
          recipients: 1,
          at: now(),
        }
        if (!(await deps.senderTotals.reserve(sending, deps.approvalLimit)))
          throw tooManyInADay(deps.approvalLimit)
        // That a report leaves the house is an entry of its own, under the report.
        if (report) await audit(request, `report.mailed-as-${report.as}`, report.jobId)
        await audit(request, 'mail.requested', mailId)
        if ((await mails.add(mail, [event])) === 'added') return answer(mail, false)
        const winner = await mails.byKey(idempotency.key, now())
        // Two at once with one key, and the first one's day ended in between: the client repeats, as it may.
        if (!winner) throw notFound()
        return answer(winner, true)

        function answer(mail: AskedMail, replayed: boolean) {
          expectSameWish(mail, idempotency)
          const self = `/v1/mails/${mail._id}`
          reply.code(202).header('location', self)
          if (replayed) reply.header('idempotency-replayed', 'true')
          return { mailId: mail._id, links: { self } }
        }
      },
    )

    app.get(
      '/v1/mails/:id',
      {
        config: { policy: { roles: ['admin'], scope: 'mail:read' } },
        schema: {
          tags: ['deliveries'],
          operationId: 'readMail',
          summary: 'A single mail, and how it went',
          params: Type.Object({ id: identifier('The mail') }),
          response: { 200: mailShown },
        },
      },
      async (request) => {
        const { principal } = request
        const mail = await mails.one(request.params.id)
        if (!mail) throw notFound()
        await deps.auditRead(request, 'mail.opened', mail._id)
        const [[delivery], names] = await Promise.all([
          deps.deliveries.list(principal, { batchId: mail._id }, { limit: 1 }),
          deps.namesOf([mail.requestedBy]),
        ])
        return {
          mailId: mail._id,
          recipientId: mail.recipientId,
          template: mail.template,
          purpose: mail.purpose,
          requestedBy: { id: mail.requestedBy, name: names.get(mail.requestedBy) ?? mail.requestedBy },
          requestedAt: mail.requestedAt.toISOString(),
          ...(delivery ? { delivery: deliveryView(delivery, principal) } : {}),
        }
      },
    )
  }

  async function mustStand(wish: Wish, principal: Principal): Promise<MailDocument['report'] | undefined> {
    const faults = wishFaults(wish)
    const recipient = await deps.activePerson(wish.recipientId)
    if (!recipient) faults.push({ pointer: '/recipientId', detail: 'is not known' })
    else if (wish.texts && faults.length === 0) faults.push(...(await holes(wish.texts, recipient)))
    const report = wish.report && (await reportOf(wish.report, recipient, principal, faults))
    if (faults.length > 0)
      throw new ProblemError(422, 'MAIL_REFUSED', 'This mail cannot be sent', { errors: faults })
    return report
  }

  async function holes(
    texts: NonNullable<Wish['texts']>,
    { departmentId, ...recipient }: Pick<PersonDocument, 'name' | 'language' | 'departmentId'>,
  ): Promise<Fault[]> {
    const departments = await deps.mailFacts.departmentsOf(departmentId === undefined ? [] : [departmentId])
    const missing = missingFor(texts, { ...recipient, department: departments.get(departmentId ?? '') })
    return missing === undefined
      ? []
      : [{ pointer: '/texts', detail: `names ${missing}, which is empty for this recipient` }]
  }

  async function reportOf(
    { jobId, as }: NonNullable<Wish['report']>,
    person: Pick<PersonDocument, '_id' | 'kind'> | undefined,
    principal: Principal,
    faults: Fault[],
  ): Promise<MailDocument['report'] | undefined> {
    const job = await deps.jobs.one(jobId, principal)
    const expiresAt = job?.result?.expiresAt
    // Somebody else's, one that is missing and one that is not finished are the same to whoever may not have it.
    if (!job?.result || job.state !== 'done' || !mayDownload(principal, job)) {
      faults.push({ pointer: '/report/jobId', detail: 'is no finished report of yours' })
      return undefined
    }
    if (expiresAt && new Date(expiresAt) <= now())
      faults.push({ pointer: '/report/jobId', detail: 'is no longer kept' })
    const recipient = person && (await recipientAs(person))
    if (person && !(recipient && (await isEntitled(recipient, job))))
      faults.push({ pointer: '/recipientId', detail: 'may not have this report' })
    else if (as === 'link' && recipient && !mayDownload(recipient, job))
      faults.push({
        pointer: '/report/as',
        detail: 'must be attachment: behind the link only those the report is for find it',
      })
    if (as === 'attachment' && isClinicalFile(job))
      faults.push({
        pointer: '/report/as',
        detail: 'must be link: clinical files are never attached to mail',
      })
    if (as === 'attachment' && job.result.bytes > deps.attachmentMaxBytes)
      faults.push({
        pointer: '/report/as',
        detail: `must be link: the file is larger than ${deps.attachmentMaxBytes} bytes`,
      })
    return { jobId, as, fileName: job.fileName, title: titleOf(job) }
  }

  /** As what they sign in, or what they are to the hospital where they have no account. Nobody who may have no report at all. */
  async function recipientAs({ _id: personId, kind }: Pick<PersonDocument, '_id' | 'kind'>) {
    const role = (await deps.personById(personId))?.role ?? kind
    return role === 'admin' || role === 'doctor' || role === 'patient' ? { personId, role } : undefined
  }

  /** Whoever may download it, or would be given the very same file for the asking. */
  async function isEntitled(recipient: ReportAsker, job: Job): Promise<boolean> {
    if (mayDownload(recipient, job)) return true
    const { report, parameters, role, columns = reportFor(report, role)?.columns.map(({ id }) => id) } = job
    const asked = { report, parameters: { ...parameters }, ...(columns ? { columns: [...columns] } : {}) }
    const theirs = await deps.decideReport(asked, recipient)
    return 'wish' in theirs && isDeepStrictEqual(theirs.wish.parameters, parameters)
  }
}

function wishFaults({ template, texts, report }: Wish): Fault[] {
  if (template === 'announcement') return textFaults(texts)
  return [
    ...(texts ? [{ pointer: '/texts', detail: 'belongs to an announcement' }] : []),
    ...(report ? [] : [{ pointer: '/report', detail: 'is missing' }]),
  ]
}

const tooManyInADay = (limit: number) =>
  new ProblemError(409, 'APPROVAL_NEEDED', 'So many mails in a day need the approval of a second person', {
    detail: `Without approval one person reaches ${limit} recipients within 24 hours, campaigns included. Make it a campaign, which somebody else approves.`,
  })
