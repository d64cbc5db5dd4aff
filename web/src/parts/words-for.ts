import type { Problem } from '@rounds/contracts/http'
import { isRefused, OutdatedError, RefusedError, UnreachableError } from '../http/problem.ts'
import type { Texts } from '../texts/texts.ts'

/** What failed: a look, which is tried again by itself; a change, which is not; or a change with a text, which is still there. */
export type Failed = 'look' | 'change' | 'text'

/** What an error says to a person. */
export function wordsFor(
  error: unknown,
  { problem: texts }: Texts,
  failed: Failed,
): Partial<Problem> & { readonly title: string } {
  const outcome = failed === 'text' ? texts.textKept : texts.notDone
  if (failed !== 'look' && isRefused(error, 401))
    return { title: texts.signedOut, detail: `${outcome} ${texts.signInFirst}` }
  if (error instanceof RefusedError) {
    const { problem } = error
    return failed === 'text'
      ? { ...problem, detail: [problem.detail, outcome].filter(Boolean).join(' ') }
      : problem
  }
  if (error instanceof OutdatedError) return { title: texts.outdated, detail: texts.outdatedDetail }
  if (error instanceof UnreachableError)
    return {
      title: texts.unreachable,
      detail: failed === 'look' ? texts.keepTrying : `${outcome} ${texts.tryOnceMore}`,
    }
  return { title: texts.unexpected, detail: failed === 'text' ? outcome : texts.unexpectedDetail }
}
