/**
 * Whether an `If-Match` header names this entity tag. Strong comparison: a weak tag matches nothing (RFC 9110, 13.1.1).
 * `*` matches whatever there is.
 */
export const matchesStrongly = (header: string, etag: string): boolean =>
  header.trim() === '*' || (!etag.startsWith('W/') && tagsIn(header).includes(etag))

/** Whether an `If-None-Match` header names this entity tag, weak or not (RFC 9110, 13.1.2); `*` matches whatever there is. */
export const matchesWeakly = (header: string, etag: string): boolean =>
  header.trim() === '*' || tagsIn(header).map(withoutWeakness).includes(withoutWeakness(etag))

/** Each a quoted text, in which commas may stand (RFC 9110, 8.8.3). */
const tagsIn = (header: string): readonly string[] =>
  header.match(/(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g) ?? []

const withoutWeakness = (tag: string) => tag.replace(/^W\//, '')
