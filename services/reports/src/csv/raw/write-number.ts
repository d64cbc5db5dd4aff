import { plainDecimal } from '../plain-decimal.ts'
import { int32At } from './bson-layout.ts'
import type { Page } from './byte-buffer.ts'

const zero = 0x30
const two32 = 2 ** 32

/** A whole number that JavaScript knows exactly. */
export function writeInteger(page: Page, value: number): void {
  page.room(20)
  if (value < 0) page.bytes[page.at++] = 0x2d
  writeDigits(page, Math.abs(value), 1)
}

export function writeInt64(page: Page, bytes: Uint8Array, at: number): void {
  const low = int32At(bytes, at) >>> 0
  const high = int32At(bytes, at + 4)
  const value = high * two32 + low
  if (Number.isSafeInteger(value)) writeInteger(page, value)
  else page.ascii(String((BigInt(high) << 32n) + BigInt(low)))
}

export function writeDouble(page: Page, value: number): void {
  if (Number.isSafeInteger(value)) writeInteger(page, value)
  else page.ascii(plainDecimal(String(value)))
}

/** Amounts as hospitals have them; false, with nothing written, for the giants that only the decoder understands. */
export function writeDecimal128(page: Page, bytes: Uint8Array, at: number): boolean {
  const top = int32At(bytes, at + 12)
  // Two bits set here: another layout, or no number at all.
  if (((top >>> 29) & 3) === 3) return false
  const scale = 6176 - ((top >>> 17) & 0x3fff)
  const high = int32At(bytes, at + 4) >>> 0
  if (scale < 0 || scale > 15 || (top & 0x1ffff) !== 0 || int32At(bytes, at + 8) !== 0 || high > 0x1fffff) {
    return false
  }
  page.room(24)
  if (top < 0) page.bytes[page.at++] = 0x2d
  writeDigits(page, high * two32 + (int32At(bytes, at) >>> 0), scale + 1)
  if (scale > 0) {
    const point = page.at - scale
    page.bytes.copyWithin(point + 1, point, page.at)
    page.bytes[point] = 0x2e
    page.at++
  }
  return true
}

/** At least so many digits, with leading zeros. There is room. */
function writeDigits(page: Page, value: number, least: number): void {
  let count = 1
  for (let power = 10; power <= value && count < 16; power *= 10) count++
  if (count < least) count = least
  const { bytes, at } = page
  page.at = at + count
  let rest = value
  for (let i = at + count - 1; i >= at; i--) {
    const tenth = Math.floor(rest / 10)
    bytes[i] = zero + (rest - tenth * 10)
    rest = tenth
  }
}
