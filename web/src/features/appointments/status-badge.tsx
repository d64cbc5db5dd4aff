import type { AppointmentStatus } from '@rounds/contracts/http'
import {
  IconCalendarEvent,
  IconCircleCheck,
  IconCircleX,
  IconUserOff,
  type TablerIcon,
} from '@tabler/icons-react'
import { Badge, type Tone } from '../../parts/badge.tsx'
import { useTexts } from '../../texts/texts.ts'

const looks: Readonly<Record<AppointmentStatus, readonly [Tone, TablerIcon]>> = {
  booked: ['busy', IconCalendarEvent],
  checked: ['good', IconCircleCheck],
  cancelled: ['quiet', IconCircleX],
  missed: ['warn', IconUserOff],
}

export function StatusBadge({ status }: { readonly status: AppointmentStatus }) {
  const [tone, icon] = looks[status]
  return (
    <Badge tone={tone} icon={icon}>
      {useTexts().appointmentStatus[status]}
    </Badge>
  )
}
