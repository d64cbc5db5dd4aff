import { parseWebhook, type WebhookKeyring } from '@rounds/chat'
import type { ChatSink } from '@rounds/chat-sink'
import type { SealedSecret, SpaceDocument, SpaceRule } from '@rounds/contracts'
import { logins } from './logins.ts'

/** Where the demo's chat messages go: names of the sink's own, which no Google Chat has. */
const demoSpaces = [
  {
    _id: 'demo-doctor',
    name: 'Patients of Dr Ravi Iyer',
    googleSpace: 'demo-doctor',
    rules: [
      { news: ['appointment.checked', 'appointment.missed'], doctorId: logins.doctor.personId },
    ] satisfies SpaceRule[],
  },
  {
    _id: 'demo-medicine',
    name: 'General Medicine, front desk',
    googleSpace: 'demo-medicine',
    rules: [
      {
        news: [
          'appointment.booked',
          'appointment.rescheduled',
          'appointment.cancelled',
          'appointment.checked',
        ],
        departmentId: 'department-1',
      },
    ] satisfies SpaceRule[],
  },
] as const

export type SeededSpace = SpaceDocument & { readonly webhook: SealedSecret }

/** The chat spaces of a new hospital, their webhooks leading to this sink. */
export function seededSpaces(
  sink: Pick<ChatSink, 'url' | 'webhook'>,
  keyring: WebhookKeyring,
  now: Date,
): SeededSpace[] {
  return demoSpaces.map(({ _id, name, googleSpace, rules }): SeededSpace => {
    const parsed = parseWebhook(sink.webhook(googleSpace, name), sink.url)
    if (parsed.kind === 'refused') throw new Error(`the sink’s own webhook is none: ${parsed.fault}`)
    return {
      _id,
      name,
      webhook: keyring.seal(_id, parsed.webhook.url),
      googleSpace,
      rules: [...rules],
      language: 'en',
      patientShownAs: 'initials',
      relevantMinutes: 30,
      active: true,
      createdBy: logins.admin.personId,
      createdAt: now,
      version: 1,
      updatedAt: now,
    }
  })
}
