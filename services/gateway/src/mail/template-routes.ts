import { randomUUIDv7 } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  type MailTemplate as MailTemplateShown,
  mailAccepted,
  mailPreview,
  mailRequested,
  mailTemplateList,
  previewRequest,
  templateName,
} from '@rounds/contracts'
import {
  authorVariables,
  type MailTemplate,
  mailTemplates,
  previewOf,
  sampleColumns,
  templateOf,
} from '@rounds/mail'
import type { MakeEvent } from '@rounds/messaging'
import { type Static, Type } from 'typebox'
import type { Audit } from '../audit/index.ts'
import { notFound, ProblemError } from '../http/index.ts'
import { isForCampaigns } from './author-templates.ts'
import { textFaults, textIn } from './author-texts.ts'
import type { Mails } from './mails.ts'

export interface PreviewTemplateDeps {
  readonly mails: Pick<Mails, 'add'>
  readonly make: MakeEvent
  readonly audit: Audit
  readonly now: () => Date
}

const tags = ['templates']
const params = Type.Object({ template: templateName })
const mayRead = { policy: { roles: ['admin'], scope: 'mail:read' } } as const
const mayWrite = { policy: { roles: ['admin'], scope: 'mail:write' } } as const

/** What mails look like, before anybody gets one. */
export function previewTemplate({ mails, make, audit, now }: PreviewTemplateDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/templates',
      {
        config: mayRead,
        schema: {
          tags,
          operationId: 'listTemplates',
          summary: 'Kinds of mail, and what each needs',
          response: { 200: mailTemplateList },
        },
      },
      async () => ({ items: mailTemplates.map(shown) }),
    )

    app.post(
      '/v1/templates/:template/preview',
      {
        config: mayRead,
        schema: {
          tags,
          operationId: 'previewTemplate',
          summary: 'A mail with invented values: subject, HTML and text',
          params,
          body: previewRequest,
          response: { 200: mailPreview },
        },
      },
      async ({ params: { template }, body }) => {
        const wish = mustStand(template, body)
        return previewOf(template, wish.language, wish.values)
      },
    )

    app.post(
      '/v1/templates/:template/test-send',
      {
        config: mayWrite,
        schema: {
          tags,
          operationId: 'testSend',
          summary: 'Mail it to yourself, with invented values',
          params,
          body: previewRequest,
          response: { 202: mailAccepted },
        },
      },
      async (request, reply) => {
        const { principal, body, params: wanted, trace } = request
        const { language } = mustStand(wanted.template, body)
        const template = wanted.template
        const mailId = randomUUIDv7()
        const event = make(mailRequested, { mailId, template }, trace)
        await audit(request, 'template.test-sent', mailId)
        await mails.add(
          {
            _id: mailId,
            recipientId: principal.personId,
            template,
            purpose: templateOf(template)?.purpose ?? 'administrative',
            ...(body.texts ? { texts: body.texts } : {}),
            ...(body.columns ? { columns: body.columns } : {}),
            test: true,
            language,
            requestedBy: principal.personId,
            requestedAt: now(),
            correlationid: event.correlationid,
          },
          [event],
        )
        const self = `/v1/mails/${mailId}`
        reply.code(202).header('location', self)
        return { mailId, links: { self } }
      },
    )
  }
}

/** In which language it is shown, and with which of an author's words; the rest is the declaration's. */
function mustStand(
  template: string,
  { language = 'en', texts, columns = [] }: Static<typeof previewRequest>,
) {
  const known = templateOf(template)
  if (!known) throw notFound()
  if (!texts) return { language, values: {} }
  const faults = isForCampaigns(known)
    ? textFaults(texts, columns)
    : [{ pointer: '/texts', detail: `${template} has a text of its own` }]
  if (faults.length > 0)
    throw new ProblemError(422, 'TEXTS_REFUSED', 'This text cannot be sent to anybody', { errors: faults })
  return { language, values: { ...textIn(texts, language), columns: sampleColumns(columns) } }
}

function shown(template: MailTemplate): MailTemplateShown {
  const { id, version, about, purpose, lane, inDoubt, subjects, variables } = template
  // Of a text that an admin writes: what they may name in it.
  const forCampaigns = isForCampaigns(template)
  return {
    template: id,
    version,
    title: about,
    purpose,
    lane,
    inDoubt,
    languages: subjects.hi === undefined ? ['en'] : ['en', 'hi'],
    variables: Object.entries(variables.properties)
      .filter(([name]) => !forCampaigns || authorVariables.body.some((known) => known === name))
      .map(([name, schema]) => ({
        name,
        about: 'description' in schema ? String(schema.description) : name,
      })),
    forCampaigns,
  }
}
