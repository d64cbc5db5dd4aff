import { useMutation } from '@tanstack/react-query'
import { useUnsaved } from './unsaved.ts'

interface Submit<Wish, Answer> {
  /** Sends the change. What may be repeated by itself has an idempotency key, or says `retry: false`. */
  readonly send: (wish: Wish) => Promise<Answer>
  /** It is saved: say so, show it, leave. */
  readonly onDone: (answer: Answer, wish: Wish) => unknown
  /** Something was typed that is not saved. */
  readonly isUnsaved: boolean
  readonly retry?: false
}

/**
 * One change that a person asks for. Until the answer is there, and where it is no, everything that was typed stays, and
 * whoever leaves is asked. Nothing is closed before `onDone`.
 */
export function useSubmit<Wish, Answer>({ send, onDone, isUnsaved, ...others }: Submit<Wish, Answer>) {
  const saved = useUnsaved(isUnsaved)
  const { mutate, isPending, error, reset } = useMutation({
    ...others,
    mutationFn: send,
    onSuccess: async (answer, wish) => {
      saved()
      await onDone(answer, wish)
    },
  })
  return { submit: mutate, isPending, error, reset }
}
