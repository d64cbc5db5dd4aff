/** Why somebody got no mail, for people. A code that is not here yet is shown as words of itself. */
const sentences: Readonly<Record<string, string>> = {
  BAD_ADDRESS: 'The address is none that mail can be sent to',
  NO_ADDRESS: 'No address is known',
  BOUNCED: 'Mail to this address came back',
  REFUSED_BEFORE: 'The server of this address refused earlier mail for good',
  COMPLAINED: 'The recipient complained about mail',
  UNSUBSCRIBED: 'The recipient wants no such mail any more',
  SUPPRESSED_BY_HAND: 'Somebody put the address on the suppression list',
  NO_CONSENT: 'The recipient did not agree to mail of this purpose',
  FREQUENCY_CAP: 'The recipient got enough mail lately; it waits',
  QUIET_HOURS: 'It is night where the recipient lives; it waits',
  REFUSED: 'The server of this address refused it for good',
  CANCELLED: 'It was called off',
  CAMPAIGN_CANCELLED: 'The campaign was called off',
}

export const reasonInWords = (code: string): string =>
  sentences[code] ?? code.charAt(0) + code.slice(1).toLowerCase().replaceAll('_', ' ')
