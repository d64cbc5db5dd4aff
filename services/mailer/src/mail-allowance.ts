/** How many mails a mailbox gets within 24 hours. */
export interface MailAllowance {
  /** Asks for one of the mailbox's places. A mail that has one keeps it, however often it is tried. */
  take(asked: Asked): Promise<Place>
}

export interface Asked {
  /** The address as one mailbox, however it is spelled. */
  readonly mailbox: string
  /** Security mails have places of their own. */
  readonly of: 'all' | 'security'
  readonly delivery: string
  readonly most: number
}

export interface Place {
  readonly isGranted: boolean
  /** Taken within 24 hours, this one included. */
  readonly taken: number
  /** When there is room again. */
  readonly freeAt: Date
}
