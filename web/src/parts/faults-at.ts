import { RefusedError } from '../http/problem.ts'

/** What a refusal says about a field, by the JSON pointer into what was sent: at it, or below it. */
export function faultsAt(error: unknown): (pointer: string) => string | undefined {
  const errors = error instanceof RefusedError ? (error.problem.errors ?? []) : []
  return (pointer) =>
    errors.find((one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`))?.detail
}
