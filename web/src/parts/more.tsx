import { Button } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useTexts } from '../texts/texts.ts'
import styles from './more.module.css'

interface MoreProps {
  /** The list, of which the first pages are shown. */
  readonly found: {
    readonly hasNextPage: boolean
    readonly isFetchingNextPage: boolean
    readonly fetchNextPage: () => Promise<unknown>
  }
  /** Says at the end that this was all. */
  readonly saysAll?: boolean
}

/** The end of what is shown of a list: the way to more of it, or that there is none. */
export function More({ found, saysAll = false }: MoreProps) {
  const { appointments: texts } = useTexts()
  if (!found.hasNextPage && !saysAll) return null
  return (
    <div className={styles.more}>
      {found.hasNextPage ? (
        <Button
          variant="default"
          loading={found.isFetchingNextPage}
          leftSection={<IconChevronDown size={17} aria-hidden />}
          onClick={() => void found.fetchNextPage()}
        >
          {texts.more}
        </Button>
      ) : (
        <p>{texts.allShown}</p>
      )}
    </div>
  )
}
