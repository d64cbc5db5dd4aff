import type { MailDocument } from '@rounds/contracts'
import { duplicateKey, type MongoStore, outboxOf, type WithOutbox } from '@rounds/mongo'
import { MongoBulkWriteError } from 'mongodb'
import type { ReportReadyMailsDeps } from './report-ready-mails.ts'

/** Single mails, written with their event unless they are known. */
export function mongoReadyMails(
  store: Pick<MongoStore, 'collection'>,
  onSaid: () => void,
): ReportReadyMailsDeps['askForMails'] {
  const mails = store.collection<MailDocument & WithOutbox>('mails')
  return async (asked) => {
    const documents = asked.map(({ mail, says }) => ({ ...mail, ...outboxOf(says, mail.requestedAt) }))
    try {
      await mails.insertMany(documents, { ordered: false })
    } catch (error) {
      if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError()) throw error
      if ([error.writeErrors].flat().some(({ code }) => code !== duplicateKey)) throw error
    }
    onSaid()
  }
}
