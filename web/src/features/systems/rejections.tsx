import { Button, Modal, Skeleton } from '@mantine/core'
import type { Rejection } from '@rounds/contracts/http'
import { IconMoodCheck } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Empty } from '../../parts/empty.tsx'
import { Instant } from '../../parts/instant.tsx'
import { More } from '../../parts/more.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { RawText } from '../../parts/raw-text.tsx'
import { Table } from '../../parts/table.tsx'
import { useTexts } from '../../texts/texts.ts'
import { openedRejectionQuery, rejectionsQuery } from './system-queries.ts'
import styles from './systems.module.css'

/** What was not taken, and why; as it came only for whoever asks to see it. */
export function Rejections() {
  const { app, rejections: texts } = useTexts()
  const found = useInfiniteQuery(rejectionsQuery)
  const [opened, setOpened] = useState<Rejection>()
  const items = found.data?.pages.flatMap((page) => page.items) ?? []
  if (found.isPending) return <Skeleton height={220} radius="lg" role="status" aria-label={app.loading} />
  if (found.isError && items.length === 0)
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
  return (
    <>
      <p className={styles.lead}>{texts.lead}</p>
      {items.length === 0 ? (
        <div className={styles.surface}>
          <Empty icon={IconMoodCheck} title={texts.empty} detail={texts.emptyDetail} />
        </div>
      ) : (
        <Table
          caption={texts.caption}
          head={[texts.when, texts.system, texts.why, texts.what, texts.times, texts.open]}
        >
          {items.map((one) => (
            <tr key={one.rejectionId}>
              <td>
                <Instant at={one.lastAt} />
              </td>
              <td>
                <code>{one.system}</code>
              </td>
              <td>{texts.codes[one.code]}</td>
              <td className={styles.what}>
                {one.type} <span className={styles.small}>{one.faults.join('; ')}</span>
              </td>
              <td>{one.times}</td>
              <td>
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={texts.openOf(one.system, texts.codes[one.code])}
                  onClick={() => setOpened(one)}
                >
                  {texts.open}
                </Button>
              </td>
            </tr>
          ))}
        </Table>
      )}
      <More found={found} />
      {opened && <Opened rejection={opened} onClose={() => setOpened(undefined)} />}
    </>
  )
}

function Opened({ rejection, onClose }: { readonly rejection: Rejection; readonly onClose: () => void }) {
  const { app, rejections: texts } = useTexts()
  const found = useQuery(openedRejectionQuery(rejection.rejectionId))
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={texts.codes[rejection.code]}
      closeButtonProps={{ 'aria-label': texts.close }}
    >
      {found.isPending && <Skeleton height={160} role="status" aria-label={app.loading} />}
      {found.isError && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && <RawText>{found.data.raw}</RawText>}
    </Modal>
  )
}
