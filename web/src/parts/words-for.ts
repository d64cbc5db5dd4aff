import type { Problem } from '@rounds/contracts/http'
import { RefusedError, UnreachableError } from '../http/problem.ts'
import type { Texts } from '../texts/texts.ts'

/** What an error says to a person. */
export function wordsFor(error: unknown, { problem: texts }: Texts): Partial<Problem> {
  if (error instanceof RefusedError) return error.problem
  if (error instanceof UnreachableError) return { title: texts.unreachable, detail: texts.unreachableDetail }
  return { title: texts.unexpected, detail: texts.unexpectedDetail }
}
