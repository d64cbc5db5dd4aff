import { type DeliveryState, deliveriesIn } from '@rounds/contracts'
import { defineReport } from '../define-report.ts'
import { within } from '../period.ts'

export const mailLog = defineReport('mail-log', {
  collection: 'deliveries',
  // By when it was asked for: every delivery has that, and has it for good.
  filter: (asked) => {
    const outcome = asked.parameters.outcome as DeliveryState | undefined
    return { ...within('acceptedAt', asked), ...(outcome && deliveriesIn(outcome)) }
  },
  sort: { acceptedAt: 1, _id: 1 },
  paths: {
    deliveryId: '_id',
    acceptedAt: 'acceptedAt',
    settledAt: 'settledAt',
    code: 'outcome.code',
    recipientName: 'input.recipient.name',
    recipientNumber: 'input.recipient.number',
    address: 'outcome.to',
    template: 'input.template',
    subject: 'outcome.subject',
    purpose: 'input.purpose',
    language: 'input.language',
    batch: 'input.batch',
    batchId: 'input.batchId',
    attempts: 'attempts',
    replyCode: 'outcome.reply.code',
    messageId: 'outcome.messageId',
  },
  computed: { outcome: 'deliveryState' },
})
