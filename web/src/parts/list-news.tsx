import { Button } from '@mantine/core'
import { IconArrowUp } from '@tabler/icons-react'
import { useFormats } from '../format/use-formats.ts'
import { useTexts } from '../texts/texts.ts'
import styles from './list-news.module.css'

interface ListNewsProps {
  readonly fresh: number
  readonly onShow: () => void
  /** It is told what happens, and does not ask. */
  readonly isLive?: boolean
}

/** Says how much of a list is new, and of one that is asked for every ten seconds that it is. */
export function ListNews({ fresh, onShow, isLive = false }: ListNewsProps) {
  const { listNews: texts } = useTexts()
  const { number } = useFormats()
  return (
    <div className={styles.news}>
      {!isLive && <span className={styles.words}>{texts.polled}</span>}
      <span role="status">
        {fresh > 0 && (
          <Button
            size="compact-sm"
            variant="light"
            leftSection={<IconArrowUp size={15} aria-hidden />}
            onClick={onShow}
          >
            {texts.fresh(number(fresh))}
          </Button>
        )}
      </span>
    </div>
  )
}
