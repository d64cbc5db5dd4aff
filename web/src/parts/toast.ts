import { notifications } from '@mantine/notifications'
import type { ReactNode } from 'react'
import { useTexts } from '../texts/texts.ts'
import { wordsFor } from './words-for.ts'

interface Saying {
  readonly title?: string
  readonly onlyOnce?: string
  readonly replaces?: string
}

/** Says something beside the page. Never the only place where it can be read. */
export function useToast() {
  const texts = useTexts()
  const closeButtonProps = { 'aria-label': texts.problem.close }
  return {
    /** `onlyOnce` names what is said, so that it is not said twice; `replaces` names what is not true any more. */
    tell(message: ReactNode, { title, onlyOnce: id, replaces }: Saying = {}) {
      if (replaces) notifications.hide(replaces)
      notifications.show({
        ...(id && { id }),
        role: 'status',
        color: 'lagoon',
        title,
        message,
        closeButtonProps,
      })
    },
    /** Of a change that was refused, or did not arrive. */
    warn(error: unknown, title?: string) {
      const said = wordsFor(error, texts, 'change')
      notifications.show({
        role: 'alert',
        color: 'red',
        title: title ?? said.title,
        message: said.detail ?? (title && said.title),
        closeButtonProps,
      })
    },
  }
}
