import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type DkimKey, messageMaker } from './smtp-message.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})
const dkim: DkimKey = { domainName: 'hospital.example.test', keySelector: 'mail', privateKey }
const mail = {
  to: 'ada@example.test',
  subject: 'Your visit',
  text: 'Dear Ada,\n\nsee you  soon. \n\n\n',
  html: '<p>Dear Ada, नमस्ते</p>',
  headers: { 'Message-ID': '<key.0@hospital.example.test>', 'List-Unsubscribe': '<https://example.test/u>' },
}
/** As it arrives: on its way every line end becomes CRLF. */
async function made(key?: DkimKey) {
  const message = await messageMaker({ name: 'Rounds', address: 'care@hospital.example.test' }, key)(mail)
  return message.toString('latin1').replaceAll(/\r?\n/g, '\r\n')
}

describe('a signature', () => {
  it('is good by RFC 6376, read and computed anew without the library that made it', async () => {
    const { fields, isGood } = signatureOf(await made(dkim))
    expect(fields).toMatchObject({ v: '1', a: 'rsa-sha256', d: 'hospital.example.test', s: 'mail' })
    expect(fields.h?.toLowerCase().split(':')).toEqual(
      expect.arrayContaining(['from', 'to', 'subject', 'message-id']),
    )
    expect(isGood).toBe(true)
  })

  it.each([
    ['its text', 'see you', 'send us money,'],
    ['its subject', 'Subject: Your visit', 'Subject: Your bill'],
    ['its recipient', 'To: ada@', 'To: eve@'],
  ])('is not good once somebody changed %s', async (_, said, changed) => {
    const message = await made(dkim)
    expect(message).toContain(said)
    expect(signatureOf(message.replace(said, changed)).isGood).toBe(false)
  })

  it('is not there without a key', async () => {
    expect(await made()).not.toMatch(/^DKIM-Signature:/im)
  })
})

/** Checks a message as its receiver would, by the RFC's relaxed canonicalization of headers and body. */
function signatureOf(message: string) {
  const [head = '', ...rest] = message.split('\r\n\r\n')
  const headers = head.split(/\r\n(?![ \t])/)
  const signature = headers.find((line) => /^dkim-signature:/i.test(line)) ?? ''
  const fields = Object.fromEntries(
    unfolded(signature.slice(signature.indexOf(':') + 1))
      .split(';')
      .filter((field) => field.includes('='))
      .map((field) => {
        const at = field.indexOf('=')
        return [field.slice(0, at).trim(), field.slice(at + 1).replaceAll(/\s/g, '')]
      }),
  ) as Record<string, string>
  const body = rest
    .join('\r\n\r\n')
    .replaceAll(/[ \t]+(?=\r\n)/g, '')
    .replaceAll(/[ \t]+/g, ' ')
    .replace(/(\r\n)*$/, '\r\n')
  const bodyHash = createHash('sha256').update(body, 'latin1').digest('base64')

  const left = [...headers]
  const signed = (fields.h ?? '').split(':').flatMap((name) => {
    // The last one of that name that was not taken yet; none counts as empty.
    const at = left.findLastIndex((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
    return at < 0 ? [] : left.splice(at, 1).map(relaxed)
  })
  const own = relaxed(signature.replace(/(\bb=)[^;]*$/, '$1'))
  const text = [...signed, own].join('\r\n')
  const isSigned = verify(
    'sha256',
    Buffer.from(text, 'latin1'),
    createPublicKey(publicKey),
    Buffer.from(fields.b ?? '', 'base64'),
  )
  return { fields, isGood: isSigned && bodyHash === fields.bh }
}

const unfolded = (text: string) => text.replaceAll(/\r\n(?=[ \t])/g, '')

function relaxed(line: string): string {
  const at = line.indexOf(':')
  const value = unfolded(line.slice(at + 1))
    .replaceAll(/[ \t]+/g, ' ')
    .trim()
  return `${line.slice(0, at).toLowerCase().trim()}:${value}`
}
