import { Type } from 'typebox'
import { matchesStrongly } from './entity-tags.ts'
import { ProblemError } from './problem-error.ts'

/** Optional: who sends it learns when somebody else was faster. */
export const ifMatch = Type.Object({
  'if-match': Type.Optional(Type.String({ maxLength: 200, description: 'The ETag of what was read' })),
})

/** The ETag of a document that counts its changes. */
export const etagOf = (document: { readonly version: number }) => `"${document.version}"`

/** After the next change. A damaged document has none, and can be removed all the same. */
export const versionAfter = ({ version }: { readonly version?: number }): number => (version ?? 0) + 1

/** Refuses a change that was made on the ground of another version than the one that stands. Without the header all is well. */
export function mustMatch(header: string | undefined, document: { readonly version: number }): void {
  if (header === undefined || matchesStrongly(header, etagOf(document))) return
  throw new ProblemError(412, 'CHANGED_MEANWHILE', 'Somebody changed this meanwhile', {
    detail: 'Read it again and decide anew.',
    headers: { etag: etagOf(document) },
  })
}
