import { useQuery } from '@tanstack/react-query'
import { NavCount } from '../../parts/nav-count.tsx'
import { useTexts } from '../../texts/texts.ts'
import { deadLetterCountsQuery } from './dead-letter-queries.ts'

/** How many lie open. */
export function OpenCount() {
  const { deadLetters: texts } = useTexts()
  const open = useQuery(deadLetterCountsQuery).data?.open ?? 0
  return <NavCount count={open} words={texts.open(open)} />
}
