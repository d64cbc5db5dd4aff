import type {
  BounceDocument,
  Language,
  MailDocument,
  PersonDocument,
  ScheduleDocument,
  SuppressionRequestDocument,
} from '@rounds/contracts'
import type { VisitToTell } from './mail-facts.ts'

/** What others want of us, where they wrote it down. An event only names it. */
export interface Wishes {
  mail(id: string): Promise<MailDocument | undefined>
  schedule(id: string): Promise<Pick<ScheduleDocument, 'parameters'> | undefined>
  appointment(id: string): Promise<VisitToTell | undefined>
  person(id: string): Promise<PersonDocument | undefined>
  languageOf(personId: string): Promise<Language>
  bounce(id: string): Promise<BounceDocument | undefined>
  suppressionRequest(id: string): Promise<SuppressionRequestDocument | undefined>
  /** The last thing that was wanted of this address after that moment. */
  newestSuppressionRequest(mail: string, after: Date): Promise<SuppressionRequestDocument | undefined>
}
