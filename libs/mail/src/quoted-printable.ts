const longestLine = 76

const [tab, lineFeed, carriageReturn, space, equals] = [0x09, 0x0a, 0x0d, 0x20, 0x3d]
const digits = Buffer.from('0123456789ABCDEF')

/** Bytes that stand for themselves wherever they are; a blank does, too, but not at the end of a line. */
const isPlain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte > space && byte < 0x7f && byte !== equals ? 1 : 0,
)

/**
 * A text as quoted-printable (RFC 2045 6.7), in lines of at most 76 characters. Its line ends have to be CRLF; a lone CR or LF is
 * taken for content.
 */
export function quotedPrintable(text: string): Buffer {
  const bytes = Buffer.from(text)
  const length = bytes.length
  // Three for each byte, and a soft break, of three, in every 73.
  const out = Buffer.allocUnsafe(3 * length + 3 * Math.ceil((3 * length) / 73))
  let end = 0
  let column = 0

  for (let place = 0; place < length; place++) {
    const byte = bytes[place] ?? 0
    if (byte === carriageReturn && bytes[place + 1] === lineFeed) {
      out[end++] = carriageReturn
      out[end++] = lineFeed
      place += 1
      column = 0
      continue
    }
    const isLast =
      place + 1 === length || (bytes[place + 1] === carriageReturn && bytes[place + 2] === lineFeed)
    const standsForItself = isPlain[byte] === 1 || (!isLast && (byte === space || byte === tab))
    const width = standsForItself ? 1 : 3
    if (column + width > (isLast ? longestLine : longestLine - 1)) {
      out[end++] = equals
      out[end++] = carriageReturn
      out[end++] = lineFeed
      column = 0
    }
    if (standsForItself) out[end++] = byte
    else {
      out[end++] = equals
      out[end++] = digits[byte >> 4] ?? 0
      out[end++] = digits[byte & 15] ?? 0
    }
    column += width
  }
  return out.subarray(0, end)
}
