import type {
  AppointmentDocument,
  CampaignTexts,
  DeliveryInput,
  MailDocument,
  MailPurpose,
  SuppressionDocument,
} from '@rounds/contracts'

/** Somebody as they are known at the moment of sending. */
export interface Recipient {
  readonly name: string
  readonly mail?: string
  readonly zone?: string
  /** Where a doctor works. */
  readonly department?: string
  readonly isActive: boolean
  /** Of an uploaded list, by column. */
  readonly columns?: Readonly<Record<string, string>>
}

/** Of a visit, what a mail may say at most: the fields that are published to the mailer. */
export type VisitToTell = Pick<
  AppointmentDocument,
  '_id' | 'status' | 'startsAt' | 'patient' | 'doctor' | 'department' | 'version'
>

/** A doctor's month, counted from the appointments. */
export interface Activity {
  readonly booked: number
  readonly seen: number
  readonly noShows: number
  readonly cancelled: number
  readonly days: ReadonlyArray<{ day: string; booked: number; seen: number; noShows: number }>
}

/** A finished report. */
export interface ReportFile {
  readonly name: string
  readonly bytes: number
  readonly expiresAt: Date
  /** Never travels by mail. */
  readonly isClinical: boolean
}

/** What a digest says of one visit. */
export interface VisitNews {
  readonly news: 'booked' | 'changed' | 'cancelled' | 'reminder'
  readonly startsAt: Date
  readonly previousStartsAt?: Date
  readonly doctorName: string
  readonly department: string
}

/** What is read at the moment of sending, and not before: it may have changed since the mail was wanted. */
export interface SendingFacts {
  readonly recipient?: Recipient
  readonly consent: Readonly<Record<MailPurpose, boolean>>
  /** When mail that is not care was sent to them lately. */
  readonly recentlySent: readonly Date[]
  readonly appointment?: VisitToTell
  /** Of a digest. */
  readonly visits?: readonly VisitNews[]
  /** Of a single mail; a campaign's are watched. */
  readonly texts?: CampaignTexts
  /** Somebody tries a template on themself, with columns of a list that its texts may name. */
  readonly test?: { readonly columns: readonly string[] }
  /** A single mail that nobody wrote to this one person. */
  readonly isAutomatic?: true
  readonly report?: NonNullable<MailDocument['report']>
  readonly activity?: Activity
  readonly file?: ReportFile
}

export interface MailFacts {
  of(input: DeliveryInput): Promise<SendingFacts>
  suppressionOf(suppressionKey: string): Promise<Pick<SuppressionDocument, 'reason'> | undefined>
}
