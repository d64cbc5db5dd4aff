import { Button, Skeleton } from '@mantine/core'
import type { System } from '@rounds/contracts/http'
import { IconPlugConnected } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Confirm } from '../../parts/confirm.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Instant } from '../../parts/instant.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { Table } from '../../parts/table.tsx'
import { useToast } from '../../parts/toast.ts'
import { useTexts } from '../../texts/texts.ts'
import { shutOut, systemsQuery } from './system-queries.ts'
import styles from './systems.module.css'

/** Who may come, and who no longer may. */
export function SystemList() {
  const { app, systems: texts } = useTexts()
  const found = useQuery(systemsQuery)
  const [leaving, setLeaving] = useState<System>()
  if (found.isPending) return <Skeleton height={220} radius="lg" role="status" aria-label={app.loading} />
  if (found.isError) return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
  const { items } = found.data
  return (
    <>
      <p className={styles.lead}>
        {texts.howTo} <code>npm run partner -- add lis</code>
      </p>
      {items.length === 0 ? (
        <div className={styles.surface}>
          <Empty icon={IconPlugConnected} title={texts.empty} detail={texts.emptyDetail} />
        </div>
      ) : (
        <Table
          caption={texts.caption}
          head={[texts.name, texts.says, texts.as, texts.doors, texts.since, texts.revoke]}
        >
          {items.map((one) => (
            <SystemRow key={one.systemId} system={one} onShutOut={() => setLeaving(one)} />
          ))}
        </Table>
      )}
      {leaving && <ShutOutDialog system={leaving} onClose={() => setLeaving(undefined)} />}
    </>
  )
}

function SystemRow({ system, onShutOut }: { readonly system: System; readonly onShutOut: () => void }) {
  const { systems: texts } = useTexts()
  const { systemId, name, types, sources, natsKey, createdAt, revokedAt } = system
  return (
    <tr>
      <td>
        <span className={styles.name}>{name}</span>
        <code>{systemId}</code>
      </td>
      <td className={styles.what}>{types.join(', ')}</td>
      <td className={styles.what}>{sources.join(', ')}</td>
      <td>{natsKey === undefined ? 'HTTP' : 'HTTP, NATS'}</td>
      <td>
        <Instant at={createdAt} />
      </td>
      <td>
        {revokedAt === undefined ? (
          <Button size="compact-sm" variant="default" aria-label={texts.revokeOf(name)} onClick={onShutOut}>
            {texts.revoke}
          </Button>
        ) : (
          <>
            {texts.shutOut} <Instant at={revokedAt} />
          </>
        )}
      </td>
    </tr>
  )
}

function ShutOutDialog({ system, onClose }: { readonly system: System; readonly onClose: () => void }) {
  const { systems: texts } = useTexts()
  const queries = useQueryClient()
  const { tell } = useToast()
  return (
    <Confirm
      title={texts.revokeTitle}
      what={system.name}
      detail={texts.revokeDetail}
      yes={texts.revokeYes}
      no={texts.no}
      onYes={async () => {
        await shutOut(system.systemId)
        tell(texts.revoked)
        await queries.invalidateQueries({ queryKey: systemsQuery.queryKey })
      }}
      onClose={onClose}
    />
  )
}
