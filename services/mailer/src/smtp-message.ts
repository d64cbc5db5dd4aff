import { type Message, messageBytes } from '@rounds/mail'
import DKIM from 'nodemailer/lib/dkim'
import type { OutgoingMail } from './mail-transport.ts'

export interface DkimKey {
  readonly domainName: string
  readonly keySelector: string
  readonly privateKey: string
}

/** Makes the bytes of a message, signed where there is a key. */
export function messageMaker(from: Message['from'], dkim?: DkimKey): (mail: OutgoingMail) => Promise<Buffer> {
  const signer = dkim && new DKIM({ ...dkim })
  return async (mail) => {
    const message = messageBytes({ ...mail, from, date: new Date() })
    return signer ? whole(signer.sign(message)) : message
  }
}

async function whole(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(stream))
}
