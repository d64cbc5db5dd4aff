/** Recipients that a sender wants to reach without anybody's approval. */
export interface Sending {
  readonly sender: string
  /** Names the mail or campaign: the same is counted once, however often it is asked. */
  readonly under: string
  readonly recipients: number
  readonly at: Date
}

/** Recipients by sender within a day: many small sendings are as much as a large one. */
export interface SenderTotals {
  /** Counts them unless the day would then hold more than the limit; one write, so that of two at once one is over it. */
  reserve(sending: Sending, limit: number): Promise<boolean>
  /** What the day before this moment holds, without what was counted under this name. */
  spent(sending: Omit<Sending, 'recipients'>): Promise<number>
}
