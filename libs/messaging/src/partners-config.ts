import type { IntakeType } from '@rounds/contracts'

/** Another system that may come to the broker, or might. */
export interface Partner {
  readonly id: string
  /** Public part of the key it signs in with; the other part is with the system alone. Without it nobody comes. */
  readonly natsKey: string | undefined
  readonly types: readonly IntakeType[]
}

/**
 * `partners.conf`, which the broker's configuration includes: an account per system. In it one user, who may publish what
 * the system may say, as `events.<type>` or `requests.<type>`, hear `answers.>` and its own inbox, and nothing else. What it publishes comes
 * out in the hospital's account under the system's name, which the broker writes there.
 *
 * No limit of the payload stands here: the server tells a client its own one (256 KB) and closes who exceeds an account's. What
 * is larger than an event may be, and smaller than that, is answered.
 *
 * Who was shut out keeps the account, without a user: what was said before still has its stream. A server has to read a
 * new account twice before its imports work (2.15.1).
 */
export function partnersConfig(partners: readonly Partner[]): string {
  const accounts = partners.toSorted((one, other) => (one.id < other.id ? -1 : 1)).map(account)
  return `# Other systems. Written by \`npm run partner\`; after a change by hand, tell the broker to reload.\n${accounts.join('')}`
}

const account = ({ id, natsKey, types }: Partner) => `
${id} {
  users: [${natsKey === undefined ? '' : user(natsKey, types)}]
  imports: [
    { service: { account: HOSPITAL, subject: "ext.${id}.events.>" }, to: "events.>" }
    { service: { account: HOSPITAL, subject: "ext.${id}.requests.>" }, to: "requests.>" }
    { stream: { account: HOSPITAL, subject: "ext.${id}.answers.>" }, to: "answers.>" }
  ]
  limits { max_connections: 20, max_subscriptions: 100 }
}
`

const user = (natsKey: string, types: readonly IntakeType[]) => `
    {
      nkey: ${natsKey}
      permissions {
        publish: [${types.flatMap((type) => [`"events.${type}"`, `"requests.${type}"`]).join(', ')}]
        subscribe: ["_INBOX.>", "answers.>"]
      }
    }
  `
