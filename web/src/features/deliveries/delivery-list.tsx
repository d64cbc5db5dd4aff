import { Button, Skeleton } from '@mantine/core'
import type { Delivery, Resolution } from '@rounds/contracts/http'
import { IconMailOff, IconMoodCheck } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useFormats } from '../../format/use-formats.ts'
import { Empty } from '../../parts/empty.tsx'
import { Instant } from '../../parts/instant.tsx'
import { ListNews } from '../../parts/list-news.tsx'
import { More } from '../../parts/more.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { useSettled } from '../../parts/settled.ts'
import { useSteadyList } from '../../parts/steady-list.ts'
import { Table } from '../../parts/table.tsx'
import { useTexts } from '../../texts/texts.ts'
import { useSession } from '../sign-in/use-session.ts'
import { DeliveryBadge } from './delivery-badge.tsx'
import styles from './delivery-list.module.css'
import { deliveriesQuery } from './delivery-queries.ts'
import { type DeliverySearch, filtersOf, type KnownText } from './delivery-search.ts'
import { recipientOf } from './recipient-of.ts'
import { SettleDialog } from './settle-dialog.tsx'

interface DeliveryListProps {
  readonly search: DeliverySearch
  readonly known: KnownText | undefined
  readonly onOpen: (delivery: Delivery) => void
  readonly onShow: (search: DeliverySearch) => void
}

export function DeliveryList(props: DeliveryListProps) {
  const [settling, setSettling] = useState<{ delivery: Delivery; as: Resolution }>()
  return (
    <>
      <Found {...props} onSettle={(delivery, as) => setSettling({ delivery, as })} />
      {/* Stands by itself: a list that is empty meanwhile does not take it away. */}
      {settling && <SettleDialog {...settling} onClose={() => setSettling(undefined)} />}
    </>
  )
}

interface FoundProps extends DeliveryListProps {
  readonly onSettle: (delivery: Delivery, as: Resolution) => void
}

function Found({ search, known, onOpen, onShow, onSettle }: FoundProps) {
  const { app, deliveries: texts } = useTexts()
  const { zoneLabel } = useFormats()
  const found = useInfiniteQuery(deliveriesQuery(filtersOf(search), known))
  const isAdmin = useSession().role === 'admin'
  const items = found.data?.pages.flatMap((page) => page.items) ?? []
  const { shown, fresh, show } = useSteadyList(
    items,
    ({ deliveryId }) => deliveryId,
    JSON.stringify([search, known]),
  )
  if (found.isPending)
    return <Skeleton height={320} radius="lg" role="status" aria-label={app.loading} mt="md" />
  if (found.isError && items.length === 0)
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
  if (items.length === 0) return <Nothing search={search} onShow={onShow} />
  return (
    <div className={styles.list}>
      <ListNews fresh={fresh} onShow={show} />
      <Table
        caption={texts.caption}
        head={[
          texts.when(zoneLabel(new Date())),
          texts.to,
          texts.what,
          texts.outcome,
          texts.attempts,
          texts.open,
        ]}
      >
        {shown.map((delivery) => (
          <Row
            key={delivery.deliveryId}
            delivery={delivery}
            onOpen={onOpen}
            onSettle={isAdmin ? (as) => onSettle(delivery, as) : undefined}
          />
        ))}
      </Table>
      <More found={found} saysAll />
    </div>
  )
}

function Nothing({ search, onShow }: Pick<DeliveryListProps, 'search' | 'onShow'>) {
  const { deliveries: texts } = useTexts()
  const isDoubt = search.tab === 'doubt'
  const { tab, ...filters } = search
  return (
    <div className={styles.surface}>
      <Empty
        icon={isDoubt ? IconMoodCheck : IconMailOff}
        title={isDoubt ? texts.doubtEmpty : texts.empty}
        detail={isDoubt ? texts.doubtEmptyDetail : texts.emptyDetail}
        action={
          Object.keys(filters).length > 0 && (
            <Button onClick={() => onShow(tab ? { tab } : {})}>{texts.clear}</Button>
          )
        }
      />
    </div>
  )
}

interface RowProps {
  readonly delivery: Delivery
  readonly onOpen: (delivery: Delivery) => void
  /** Absent for those who may only look. */
  readonly onSettle: ((as: Resolution) => void) | undefined
}

function Row({ delivery, onOpen, onSettle }: RowProps) {
  const { deliveries: texts } = useTexts()
  const { number } = useFormats()
  const { acceptedAt, template, state, reason, attempts, subject } = delivery
  const name = recipientOf(delivery)
  const { isSettled } = useSettled()
  return (
    <tr>
      <td>
        <Instant at={acceptedAt} />
      </td>
      <td>
        <span className={styles.name}>{name}</span>
        {delivery.to && <span className={styles.small}>{delivery.to}</span>}
      </td>
      <td className={styles.what}>
        {subject ?? template}
        {subject && <span className={styles.small}>{template}</span>}
      </td>
      <td className={styles.what}>
        <DeliveryBadge state={state} />
        {reason && <span className={styles.small}>{reason}</span>}
      </td>
      <td>{number(attempts)}</td>
      <td>
        <div className={styles.actions}>
          {state === 'in doubt' &&
            onSettle &&
            (isSettled(delivery.deliveryId, attempts) ? (
              <span className={styles.small}>{texts.settledHere}</span>
            ) : (
              <Settle name={name} onSettle={onSettle} />
            ))}
          <Button
            size="compact-sm"
            variant="subtle"
            aria-label={texts.openOf(name)}
            onClick={() => onOpen(delivery)}
          >
            {texts.open}
          </Button>
        </div>
      </td>
    </tr>
  )
}

function Settle({ name, onSettle }: { readonly name: string; readonly onSettle: (as: Resolution) => void }) {
  const { deliveries: texts } = useTexts()
  return (['sent', 'resend', 'abandon'] as const).map((as) => (
    <Button
      key={as}
      size="compact-sm"
      variant="default"
      aria-label={texts.settleOf(texts[as], name)}
      onClick={() => onSettle(as)}
    >
      {texts[as]}
    </Button>
  ))
}
