import { createHmac } from 'node:crypto'

/**
 * The secret of a mailed sign-in link, made from its mail and a secret that gateway and mailer share: so it travels in no event and
 * stands in no document. Whether it still opens anything, the gateway knows by its hash.
 */
export function signInToken(mailId: string, secret: string): string {
  const signature = createHmac('sha256', secret).update(`sign-in link ${mailId}`).digest('base64url')
  return `${mailId}.${signature}`
}
