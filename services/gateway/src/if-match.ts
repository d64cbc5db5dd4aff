import { ProblemError } from './problem-error.ts'

/** The ETag of a document that counts its changes. */
export const etagOf = (document: { readonly version: number }) => `"${document.version}"`

/** Refuses a change that was made on the ground of another version than the one that stands. Without the header all is well. */
export function mustMatch(header: string | undefined, document: { readonly version: number }): void {
  if (
    header === undefined ||
    header === '*' ||
    header.split(',').some((tag) => tag.trim() === etagOf(document))
  )
    return
  throw new ProblemError(412, 'CHANGED_MEANWHILE', 'Somebody changed this meanwhile', {
    detail: 'Read it again and decide anew.',
    headers: { etag: etagOf(document) },
  })
}
