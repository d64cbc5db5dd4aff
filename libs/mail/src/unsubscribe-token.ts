import { createHmac, timingSafeEqual } from 'node:crypto'
import type { MailPurpose } from '@rounds/contracts'
import { mailPurposes } from './template.ts'

/** Who no longer wants what. */
export interface Unsubscription {
  /** A person's id, or `addressHash` of somebody who is none of our people. */
  readonly recipient: string
  readonly purpose: MailPurpose
  /** What they had read when they decided. */
  readonly batchId: string
}

/** Secrets by key id, oldest links included; new tokens are signed with `current`. */
export interface TokenKeys {
  readonly current: string
  readonly secrets: Readonly<Record<string, string>>
}

/**
 * Signs a token for an unsubscribe link. It names identifiers only, needs no escaping in a URL and has no end: a link in an old mail
 * still has to work.
 */
export function unsubscribeToken({ recipient, purpose, batchId }: Unsubscription, keys: TokenKeys): string {
  const secret = keys.secrets[keys.current]
  if (!secret || ![keys.current, recipient, batchId].every((part) => identifierOnly.test(part)))
    throw new Error('An unsubscribe token is made of identifiers and a known key')
  const payload = Buffer.from(`${recipient}.${purpose}.${batchId}`).toString('base64url')
  return `${keys.current}.${payload}.${signature(keys.current, payload, secret).toString('base64url')}`
}

/** What a token stands for; undefined unless it is one of ours, whole and unchanged. */
export function readUnsubscribeToken(token: string, keys: TokenKeys): Unsubscription | undefined {
  if (token.length > maxToken) return undefined
  const [keyId = '', payload = '', signed = '', ...rest] = token.split('.')
  const secret = Object.hasOwn(keys.secrets, keyId) ? keys.secrets[keyId] : undefined
  if (!secret || rest.length > 0) return undefined
  const expected = signature(keyId, payload, secret)
  const given = Buffer.from(signed, 'base64url')
  // Compared as text as well: base64 has several spellings of the same bytes, and a token has one.
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  if (given.toString('base64url') !== signed) return undefined

  const [recipient = '', purpose, batchId = ''] = Buffer.from(payload, 'base64url').toString().split('.')
  const known = mailPurposes.find((candidate) => candidate === purpose)
  return known && { recipient, purpose: known, batchId }
}

/** Stands for an address where the address itself may not stand. */
export function addressHash(suppressionKey: string, secret: string): string {
  return createHmac('sha256', secret).update(`address ${suppressionKey}`).digest('hex').slice(0, 32)
}

const maxToken = 400
const identifierOnly = /^[A-Za-z0-9_-]{1,64}$/

const signature = (keyId: string, payload: string, secret: string) =>
  createHmac('sha256', secret).update(`unsubscribe ${keyId}.${payload}`).digest()
