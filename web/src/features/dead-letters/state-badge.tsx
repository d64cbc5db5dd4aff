import type { DeadLetter, DeadLetterState } from '@rounds/contracts/http'
import {
  IconArchive,
  IconArrowBackUp,
  IconInfoCircle,
  IconMailExclamation,
  type TablerIcon,
} from '@tabler/icons-react'
import { Badge, type Tone } from '../../parts/badge.tsx'
import { useTexts } from '../../texts/texts.ts'

const looks: Readonly<Record<DeadLetterState, readonly [Tone, TablerIcon]>> = {
  open: ['bad', IconMailExclamation],
  replayed: ['good', IconArrowBackUp],
  discarded: ['quiet', IconArchive],
  explained: ['quiet', IconInfoCircle],
}

export function StateBadge({ state }: Pick<DeadLetter, 'state'>) {
  const [tone, icon] = looks[state]
  return (
    <Badge tone={tone} icon={icon}>
      {useTexts().deadLetterState[state]}
    </Badge>
  )
}
