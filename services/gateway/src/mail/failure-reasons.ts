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
  MAIL_FREQUENCY_CAP: 'The recipient got enough mail lately; it waits',
  QUIET_HOURS: 'It is night where the recipient lives; it waits',
  DAILY_LIMIT: 'Daily limit of this recipient; it waits until there is room',
  DIGEST: 'Daily limit of this recipient; it goes out with others in a digest',
  SECURITY_MAIL_LIMIT: 'The recipient got as many security mails as there may be in a day',
  NOTHING_TO_TELL: 'None of the visits that it was to tell of is news any more',
  MISSING_VALUE: 'The text names something that is empty for this recipient',
  RETURNED: 'The mail came back: the server of this address could not deliver it',
  REFUSED: 'The server of this address refused it for good',
  CANCELLED: 'It was called off',
  CAMPAIGN_CANCELLED: 'The campaign was called off',
  CAMPAIGN_CANCELLED_AFTER_DOUBT: 'The campaign was called off; whether an earlier try arrived, nobody knows',
  ATTACHMENT_GONE: 'The file that it was to carry is not there any more',
  CLINICAL_FILE: 'Clinical files are never attached to mail',
  NO_ARTIFACTS_DIR: 'The mailer was not told where the files are that mails carry',
}

/** Why a mail still waits, as the mailer's ledger has it. */
const waits: Readonly<Record<string, string>> = {
  paused: 'Its campaign is paused',
  'more may join': 'It is a digest and leaves once nothing more joins it',
  'its domain gets no more for now': 'Its domain gets no more mails for now',
  'the ledger gave no answer': 'The database gave no answer before the mail began to leave',
  'no connection was free': 'No connection to the mail server was free',
  'stopped before it began': 'It was stopped before it began',
  'relay away': 'The mail server cannot be reached',
  'relay login': 'The mail server does not let the hospital in',
  'relay tls': 'The mail server’s encryption is missing or not trusted',
  'relay relay': 'The mail server takes nothing for now',
  'refused for now': 'The server of this address said: later',
  'broke off': 'The conversation with the mail server broke off',
  'no answer': 'The mail server said nothing after the whole mail',
  'its lease ran out': 'The mailer that had it in hand is gone',
}

/** Errors of ours stand in the ledger by their names, which say nothing to people. */
export const waitInWords = (reason: string): string =>
  waits[reason] ?? sentences[reason] ?? 'Something failed in the mailer'

export const reasonInWords = (code: string): string =>
  sentences[code] ?? code.charAt(0) + code.slice(1).toLowerCase().replaceAll('_', ' ')
