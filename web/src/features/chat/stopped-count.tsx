import { useQuery } from '@tanstack/react-query'
import { NavCount } from '../../parts/nav-count.tsx'
import { useTexts } from '../../texts/texts.ts'
import { chatCountsQuery } from './chat-queries.ts'

/** How many spaces Google Chat refuses: who keeps them learns of it on whatever page they are. */
export function StoppedCount() {
  const { stoppedSpaces } = useTexts()
  const stopped = useQuery(chatCountsQuery).data?.stopped ?? 0
  return <NavCount count={stopped} words={stoppedSpaces(stopped)} />
}
