import { useQueryClient } from '@tanstack/react-query'
import { useToast } from '../../parts/toast.ts'
import { useTexts } from '../../texts/texts.ts'
import { discardDeadLetter, type Edited, replayDeadLetter } from './dead-letter-queries.ts'

/** What may be decided about a letter. Rejects when it was refused. */
export function useDeadLetterActs(deadLetterId: string) {
  const { deadLetter: texts } = useTexts()
  const queries = useQueryClient()
  const { tell } = useToast()
  const done = async (said: string) => {
    tell(said)
    await queries.invalidateQueries({ queryKey: ['dead-letters'] })
  }
  return {
    async replay(edited?: Edited) {
      await replayDeadLetter(deadLetterId, edited)
      await done(texts.replayed)
    },
    async discard(reason: string) {
      await discardDeadLetter(deadLetterId, reason)
      await done(texts.discarded)
    },
  }
}
