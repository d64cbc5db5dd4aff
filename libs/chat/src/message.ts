/** A message as Google Chat takes it. */
export interface ChatMessage {
  readonly text: string
  readonly cardsV2: readonly { readonly cardId: string; readonly card: Card }[]
  /** Shown where cards cannot be, such as in a notification. */
  readonly fallbackText: string
  readonly thread?: { readonly threadKey: string }
}

interface Card {
  readonly header: { readonly title: string; readonly subtitle: string }
  readonly sections: readonly { readonly header?: string; readonly widgets: readonly Widget[] }[]
}

export type Widget =
  | { readonly decoratedText: { readonly topLabel: string; readonly text: string } }
  | { readonly textParagraph: { readonly text: string } }
  | { readonly buttonList: { readonly buttons: readonly Button[] } }

interface Button {
  readonly text: string
  readonly onClick: { readonly openLink: { readonly url: string } }
}

/** Google Chat's limit for a whole message. */
export const mostBytes = 32_000

/** What goes over the wire, in UTF-8: a letter of Hindi has three bytes. */
export const messageBytes = (message: ChatMessage): number => Buffer.byteLength(JSON.stringify(message))

/** Where a visit is shown to whoever may see it. */
export const appointmentUrl = (publicUrl: string, appointmentId: string): string =>
  `${publicUrl.replace(/\/+$/, '')}/appointments/${encodeURIComponent(appointmentId)}`

export const appointmentsUrl = (publicUrl: string): string => `${publicUrl.replace(/\/+$/, '')}/appointments`

export const label = (topLabel: string, text: string): Widget => ({ decoratedText: { topLabel, text } })
export const paragraph = (text: string): Widget => ({ textParagraph: { text } })
export const link = (text: string, url: string): Widget => ({
  buttonList: { buttons: [{ text, onClick: { openLink: { url } } }] },
})
