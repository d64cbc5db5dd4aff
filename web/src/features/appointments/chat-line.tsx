import type { Appointment, ChatWord } from '@rounds/contracts/http'
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconClockX,
  IconHelpCircle,
  IconHourglass,
  type TablerIcon,
} from '@tabler/icons-react'
import { useFormats } from '../../format/use-formats.ts'
import { useTexts } from '../../texts/texts.ts'
import styles from './chat-line.module.css'

const looks: Readonly<Record<ChatWord, readonly ['good' | 'warn' | 'bad' | 'quiet', TablerIcon]>> = {
  sent: ['good', IconCircleCheck],
  waiting: ['quiet', IconHourglass],
  stopped: ['bad', IconAlertTriangle],
  'in doubt': ['warn', IconHelpCircle],
  'not sent': ['quiet', IconClockX],
}

/** "Chat: sent 10:42", or what stands in the way. Nothing where no space hears of the visit. */
export function ChatLine({ chat }: { readonly chat: Appointment['chat'] }) {
  const { chatTold: texts } = useTexts()
  const { time } = useFormats()
  if (!chat) return null
  const { word, at } = chat
  const [tone, Icon] = looks[word]
  return (
    <span className={styles.line} data-tone={tone}>
      <Icon size={14} stroke={2} aria-hidden />
      {word === 'sent' ? texts.sent(at ? time(at) : '') : texts[word]}
    </span>
  )
}
