import { Button } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useTexts } from '../texts/texts.ts'
import { BrokenRecords } from './broken-records.tsx'
import styles from './more.module.css'

type Broken = readonly { readonly id: string }[]

interface MoreProps {
  /** The list, of which the first pages are shown. */
  readonly found: {
    readonly hasNextPage: boolean
    readonly isFetchingNextPage: boolean
    readonly fetchNextPage: () => Promise<unknown>
    readonly data?:
      | { readonly pages: readonly { readonly items: readonly unknown[]; readonly broken?: Broken }[] }
      | undefined
  }
  /** Says at the end that this was all. */
  readonly saysAll?: boolean
}

/** The end of what is shown of a list: what could not be shown, and the way to more of it, or that there is none. */
export function More({ found, saysAll = false }: MoreProps) {
  const { appointments: texts } = useTexts()
  const broken = found.data?.pages.flatMap((page) => page.broken ?? [])
  return (
    <>
      <BrokenRecords records={broken} onRemove={undefined} />
      {(found.hasNextPage || saysAll) && (
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
      )}
    </>
  )
}
