import { headerLine, mailbox, words } from './header-lines.ts'
import { quotedPrintable } from './quoted-printable.ts'

export interface Message {
  readonly from: {
    /** As people read it. */
    readonly name: string
    readonly address: string
  }
  /** One bare address that `parseAddress` let through. */
  readonly to: string
  readonly subject: string
  readonly date: Date
  readonly text: string
  readonly html: string
  /** Beside From, To, Subject and Date: printable ASCII. */
  readonly headers: Readonly<Record<string, string>>
  readonly attachments?: readonly Attachment[]
}

export interface Attachment {
  readonly fileName: string
  readonly content: Buffer
}

/**
 * The bytes of a message (RFC 5322, RFC 2045): the text first, the page as its alternative, attachments behind them. ASCII
 * throughout, in lines that end with CRLF.
 */
export function messageBytes(message: Message): Buffer {
  const { from, to, subject, date, headers, text, html, attachments = [] } = message
  const head = [
    headerLine('From', mailbox(from, 'From')),
    headerLine('To', to),
    headerLine('Subject', words(subject, 'Subject')),
    headerLine('Date', date.toUTCString().replace('GMT', '+0000')),
    ...Object.entries(headers).map(([name, value]) => headerLine(name, value)),
    headerLine('MIME-Version', '1.0'),
  ]
  const body = multipart('alternative', [textPart('plain', text), textPart('html', html)])
  const whole =
    attachments.length === 0 ? body : multipart('mixed', [body, ...attachments.map(attachmentPart)])
  return Buffer.concat([Buffer.from(head.join('')), ...whole])
}

type Part = readonly Buffer[]

/** Its boundary stands in no part, whatever people wrote: in none that is encoded do an equals sign and an underscore meet. */
function multipart(kind: string, parts: readonly Part[]): Part {
  const mark = `=_${kind}`
  const between = Buffer.from(`\r\n--${mark}\r\n`)
  return [
    Buffer.from(`${headerLine('Content-Type', `multipart/${kind}; boundary="${mark}"`)}`),
    ...parts.flatMap((part) => [between, ...part]),
    Buffer.from(`\r\n--${mark}--\r\n`),
  ]
}

function textPart(kind: string, text: string): Part {
  const { encoding, bytes } = encoded(text.replaceAll(/\r\n|\r|\n/g, '\r\n'))
  return [
    Buffer.from(
      `Content-Type: text/${kind}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`,
    ),
    bytes,
  ]
}

/** As it is where every server lets it through; else whatever is shorter, so that a page of tags stays legible. */
function encoded(text: string): { readonly encoding: string; readonly bytes: Buffer } {
  if (/^[\t\r\n\x20-\x7e]*$/.test(text) && !/[^\r\n]{77}|=_/.test(text))
    return { encoding: '7bit', bytes: Buffer.from(text) }
  const quoted = quotedPrintable(text)
  const length = Buffer.byteLength(text)
  return quoted.length <= (length * 4) / 3
    ? { encoding: 'quoted-printable', bytes: quoted }
    : { encoding: 'base64', bytes: base64(Buffer.from(text)) }
}

function attachmentPart({ fileName, content }: Attachment): Part {
  const type = fileName.endsWith('.csv') ? 'text/csv; charset=utf-8' : 'application/octet-stream'
  return [
    Buffer.from(
      `Content-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n ${fileNameParameter(fileName)}\r\n\r\n`,
    ),
    base64(content),
  ]
}

/** RFC 2183, and RFC 2231 for a name that a quoted string cannot hold. */
function fileNameParameter(name: string): string {
  if (/^[A-Za-z0-9._ -]{1,60}$/.test(name)) return `filename="${name}"`
  const short = Array.from(name.toWellFormed()).slice(0, 60).join('')
  const escaped = encodeURIComponent(short).replaceAll(
    /['()*!]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `filename*=utf-8''${escaped}`
}

/** In lines of 76 characters. */
const base64 = (content: Buffer) =>
  Buffer.from(content.toString('base64').replaceAll(/.{76}(?=.)/g, '$&\r\n'))
