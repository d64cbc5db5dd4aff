import type { CampaignTexts, Language } from '@rounds/contracts'
import { type AuthorText, lintAnnouncement, missingIn } from '@rounds/mail'
import type { Fault } from '../http/index.ts'

/** What is wrong with the texts of a campaign or a mail before it may go to anybody. `columns` are those of an uploaded list. */
export function textFaults(texts: CampaignTexts | undefined, columns?: readonly string[]): Fault[] {
  if (!texts) return [{ pointer: '/texts', detail: 'is missing' }]
  return Object.entries(texts).flatMap(([language, text]) =>
    lintAnnouncement(text, columns).map(({ pointer, line, detail }) => ({
      pointer: `/texts/${language}${pointer}`,
      detail: line > 1 ? `line ${line}: ${detail}` : detail,
    })),
  )
}

/** Hindi readers get English where nobody wrote Hindi. */
export const textIn = (texts: CampaignTexts, language: Language): AuthorText =>
  (language === 'hi' ? texts.hi : undefined) ?? texts.en

/** The first value that the text for somebody names and that is empty for them: they get no mail, rather than a sentence with a hole. */
export function missingFor(
  texts: CampaignTexts,
  reader: {
    readonly name: string
    readonly language: Language
    readonly department?: string | undefined
    readonly columns?: Readonly<Record<string, string>> | undefined
  },
): string | undefined {
  // The hospital always has a name; which, makes no difference here.
  const ours = { hospitalName: 'hospital', recipientName: reader.name, department: reader.department }
  return missingIn(textIn(texts, reader.language), ours, reader.columns)
}
