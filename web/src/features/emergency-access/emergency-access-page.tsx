import { Skeleton } from '@mantine/core'
import { IconShieldLock } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Empty } from '../../parts/empty.tsx'
import { Instant } from '../../parts/instant.tsx'
import { More } from '../../parts/more.tsx'
import { Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { Table } from '../../parts/table.tsx'
import { useTexts } from '../../texts/texts.ts'
import { emergencyAccessQuery } from './emergency-access-queries.ts'

/** Which doctor opened whose history without treating them, and why. */
export function EmergencyAccessPage() {
  const { pages, emergencyAccess: texts } = useTexts()
  return (
    <Page title={pages.emergencyAccess} lead={texts.lead}>
      <Accesses />
    </Page>
  )
}

function Accesses() {
  const { app, emergencyAccess: texts } = useTexts()
  const found = useInfiniteQuery(emergencyAccessQuery)
  const items = found.data?.pages.flatMap((page) => page.items) ?? []
  if (found.isPending) return <Skeleton height={220} radius="lg" role="status" aria-label={app.loading} />
  if (found.isError && items.length === 0)
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
  if (items.length === 0)
    return <Empty icon={IconShieldLock} title={texts.empty} detail={texts.emptyDetail} />
  return (
    <>
      <Table
        caption={texts.caption}
        head={[texts.opened, texts.until, texts.doctor, texts.patient, texts.reason]}
      >
        {items.map(({ accessId, at, until, doctor, patient, reason }) => (
          <tr key={accessId}>
            <td>
              <Instant at={at} />
            </td>
            <td>
              <Instant at={until} />
            </td>
            <td>{doctor.name}</td>
            <td>{patient.name}</td>
            <td>{reason}</td>
          </tr>
        ))}
      </Table>
      <More found={found} />
    </>
  )
}
