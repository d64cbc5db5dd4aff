import { randomBytes } from 'node:crypto'
import DKIM from 'nodemailer/lib/dkim'
import MailComposer from 'nodemailer/lib/mail-composer'
import type { OutgoingMail } from './mail-transport.ts'

export interface Sender {
  /** As people read it. */
  readonly name: string
  /** As servers do. */
  readonly address: string
}

export interface DkimKey {
  readonly domainName: string
  readonly keySelector: string
  readonly privateKey: string
}

/** Makes the bytes of a message: the text first, the page as its alternative, attachments behind them. */
export function messageMaker(sender: Sender, dkim?: DkimKey): (mail: OutgoingMail) => Promise<Buffer> {
  // Drawn once: nobody who writes a text knows it, and drawing it for each mail is a thirtieth of making one.
  const baseBoundary = randomBytes(12).toString('hex')
  const signer = dkim && new DKIM({ ...dkim })
  return async ({ to, subject, text, html, headers, attachments = [] }) => {
    const composer = new MailComposer({
      from: sender,
      // As an object, so that no parser reads it again.
      to: { name: '', address: to },
      subject,
      ...('Message-ID' in headers ? { messageId: headers['Message-ID'] } : {}),
      headers: { ...headers },
      text,
      html,
      baseBoundary,
      attachments: attachments.map(({ fileName, content }) => ({ filename: fileName, content })),
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    const message = await composer.compile().build()
    return signer ? whole(signer.sign(message)) : message
  }
}

async function whole(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(stream))
}
