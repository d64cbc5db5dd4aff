import { type CsvFlavour, isHarmless, isMisreadIdentifier } from '@rounds/service/formula-guard'
import { int32At } from './bson-layout.ts'
import type { Page } from './byte-buffer.ts'

const quote = 0x22
const apostrophe = 0x27

/** What a byte means to a writer: nothing, a reason for quotes, or the beginning of something longer. */
const plain = 0
const special = 1
const long = 2
const kinds = new Uint8Array(256).fill(long, 0x80)
for (const sign of '",\r\n') kinds[sign.charCodeAt(0)] = special

/** What a guard puts round a text: bits. */
const nothing = 0
const quotes = 1
const mark = 2

/** A column's guard against spreadsheets. Most texts begin with a byte of no meaning, and nothing more is asked of them. */
export interface Guard {
  /** By first byte: whether the text has to be looked at. */
  readonly beginnings: Uint8Array
  readonly of: (bytes: Uint8Array, from: number, end: number) => number
}

const formulaSigns = new Uint8Array(256)
for (const sign of '=+-@\t\r\n\0') formulaSigns[sign.charCodeAt(0)] = 1
const beginnings = formulaSigns.slice()
beginnings[apostrophe] = 1
// Where full-width signs begin.
beginnings[0xef] = 1

/** The bytes of `guarded`. */
export const textGuard = (flavour: CsvFlavour): Guard => ({
  beginnings,
  of(bytes, from, end) {
    const first = afterApostrophes(bytes, from, end)
    if (!isFormula(bytes, first, end)) return nothing
    if (flavour === 'excel' || !isHarmless(decoded(bytes, first, Math.min(end, first + longestSigned))))
      return quotes | mark
    return first > from ? quotes : nothing
  },
})

/** The bytes of `guardedIdentifier`. */
export function identifierGuard(flavour: CsvFlavour): Guard {
  const text = textGuard(flavour)
  if (flavour === 'standard') return text
  return {
    beginnings: identifierBeginnings,
    of(bytes, from, end) {
      const found = text.of(bytes, from, end)
      if (found !== nothing) return found
      const first = afterApostrophes(bytes, from, end)
      const isWord = isLetter(bytes[first])
      if (isWord && !misreadWords.has(wordAt(bytes, first))) return nothing
      return isMisreadIdentifier(decoded(bytes, first, end)) ? mark : nothing
    },
  }
}

/** More than what is harmless may have. */
const longestSigned = 100

const identifierBeginnings = new Uint8Array(256).fill(1)
for (let byte = 0; byte < 256; byte++)
  if (isLetter(byte) && !'adfjmnost'.includes(String.fromCharCode(byte | 0x20)))
    identifierBeginnings[byte] = 0

/** Of what begins with a letter, only months and truths are misread. */
const misreadWords = new Set(
  'jan feb mar apr may jun jul aug sep oct nov dec tru fal'
    .split(' ')
    .map((word) => wordAt(Buffer.from(word), 0)),
)

function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | 0x202020
}

function isLetter(byte = 0): boolean {
  return (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a
}

function afterApostrophes(bytes: Uint8Array, from: number, end: number): number {
  let first = from
  while (first < end && bytes[first] === apostrophe) first++
  return first
}

function decoded(bytes: Uint8Array, from: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString('utf8')
}

/**
 * Writes the string whose length stands at `at`, as it is, with quotes where RFC 4180 wants them, and with an apostrophe
 * where the guard puts one. One pass: copying, looking for quotes and checking UTF-8. False, with a page in disorder, for text
 * that is not UTF-8.
 */
export function writeText(page: Page, bytes: Uint8Array, at: number, guard: Guard): boolean {
  const length = int32At(bytes, at) - 1
  if (length === 0) return true
  page.room(length * 2 + 3)
  const out = page.bytes
  const start = page.at
  let from = at + 4
  const end = from + length
  let to = start

  let isQuoted = false
  if (guard.beginnings[bytes[from] as number] === 1) {
    const needs = guard.of(bytes, from, end)
    isQuoted = (needs & quotes) !== 0
    if (isQuoted) out[to++] = quote
    if ((needs & mark) !== 0) out[to++] = apostrophe
  }

  while (from < end) {
    const byte = bytes[from] as number
    const kind = kinds[byte]
    if (kind === plain) {
      out[to++] = byte
      from++
    } else if (kind === special) {
      if (!isQuoted) {
        out.copyWithin(start + 1, start, to)
        out[start] = quote
        to++
        isQuoted = true
      }
      if (byte === quote) out[to++] = quote
      out[to++] = byte
      from++
    } else {
      const size = sizeOfCharacter(bytes, from, end)
      if (size === 0) return false
      for (let i = 0; i < size; i++) out[to++] = bytes[from++] as number
    }
  }
  if (isQuoted) out[to++] = quote
  page.at = to
  return true
}

/** Full-width signs are `EF BC` and one more: ＋ 8B, － 8D, ＝ 9D, ＠ A0. */
function isFormula(bytes: Uint8Array, at: number, end: number): boolean {
  if (at >= end) return false
  const first = bytes[at] as number
  if (first < 0x80) return formulaSigns[first] === 1
  if (first !== 0xef || end - at < 3 || bytes[at + 1] !== 0xbc) return false
  const third = bytes[at + 2]
  return third === 0x8b || third === 0x8d || third === 0x9d || third === 0xa0
}

/** How many bytes the character beyond ASCII has that begins here; 0 for none (Unicode 16, table 3-7). */
function sizeOfCharacter(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at] as number
  const size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0
  if (size === 0 || end - at < size) return 0
  const second = bytes[at + 1] as number
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  if (second < least || second > most) return 0
  for (let i = 2; i < size; i++) if (((bytes[at + i] as number) & 0xc0) !== 0x80) return 0
  return size
}
