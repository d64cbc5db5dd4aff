import type { Space } from '@rounds/contracts/http'
import { useFormats } from '../../format/use-formats.ts'
import { useTexts } from '../../texts/texts.ts'

/** How a space is doing, in a few words: what the last hour brought and what still waits. */
export function useCounts(): (space: Space) => string {
  const { spaces: texts } = useTexts()
  const { number } = useFormats()
  return ({ waiting, kept, inDoubt, lastHour: { posted, stale, failed } }) =>
    [
      texts.posted(number(posted)),
      ...(stale > 0 ? [texts.stale(number(stale))] : []),
      ...(failed > 0 ? [texts.failed(number(failed))] : []),
      ...(waiting > 0 ? [texts.waiting(number(waiting))] : []),
      ...(kept > 0 ? [texts.kept(number(kept))] : []),
      ...(inDoubt > 0 ? [texts.inDoubt(number(inDoubt))] : []),
    ].join(' · ')
}
