/** Which bytes to send, `end` included. */
export interface Slice {
  readonly start: number
  readonly end: number
}

/**
 * What a Range header asks of a file (RFC 9110, 14): one slice, the whole, or something beyond its end. Whatever is not
 * one well-formed range of bytes is answered with the whole, as the RFC allows; so is a range whose If-Range names
 * another file than the one that stands.
 */
export function sliceOf(
  headers: { readonly range?: string | undefined; readonly ifRange?: string },
  file: { readonly size: number; readonly etag: string },
): Slice | 'whole' | 'beyond the end' {
  const { range, ifRange } = headers
  const asked = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range?.trim() ?? '')
  if (!asked || (ifRange && ifRange.trim() !== file.etag)) return 'whole'
  const [, first = '', last = ''] = asked
  if (first === '' && last === '') return 'whole'

  const final = file.size - 1
  if (first === '') {
    const length = Number(last)
    return length === 0 || file.size === 0
      ? 'beyond the end'
      : { start: Math.max(0, file.size - length), end: final }
  }
  const start = Number(first)
  const end = last === '' ? final : Number(last)
  if (end < start && last !== '') return 'whole'
  return start > final ? 'beyond the end' : { start, end: Math.min(end, final) }
}
