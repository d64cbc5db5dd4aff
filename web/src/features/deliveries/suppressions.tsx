import { Button, Skeleton, TextInput } from '@mantine/core'
import type { Suppression } from '@rounds/contracts/http'
import { IconMoodCheck, IconPlus } from '@tabler/icons-react'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { clickKeys } from '../../http/click-key.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Instant } from '../../parts/instant.tsx'
import { More } from '../../parts/more.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { ReasonDialog } from '../../parts/reason-dialog.tsx'
import { ReasonInput } from '../../parts/reason-input.tsx'
import { Table } from '../../parts/table.tsx'
import { useToast } from '../../parts/toast.ts'
import { useTexts } from '../../texts/texts.ts'
import styles from './delivery-list.module.css'
import { askForSuppression, suppressionsQuery } from './delivery-queries.ts'

/** Addresses that nothing is sent to. */
export function Suppressions() {
  const { suppressions: texts } = useTexts()
  const [isAdding, setAdding] = useState(false)
  const [lifting, setLifting] = useState<Suppression>()
  return (
    <>
      <p className={styles.lead}>{texts.lead}</p>
      <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setAdding(true)}>
        {texts.add}
      </Button>
      <List onLift={setLifting} />
      {isAdding && <AddDialog onClose={() => setAdding(false)} />}
      {lifting && <LiftDialog suppression={lifting} onClose={() => setLifting(undefined)} />}
    </>
  )
}

function List({ onLift }: { readonly onLift: (suppression: Suppression) => void }) {
  const { app, suppressions: texts } = useTexts()
  const found = useInfiniteQuery(suppressionsQuery)
  const items = found.data?.pages.flatMap((page) => page.items) ?? []
  if (found.isPending)
    return <Skeleton height={220} radius="lg" role="status" aria-label={app.loading} mt="md" />
  if (found.isError && items.length === 0)
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
  if (items.length === 0)
    return (
      <div className={styles.surface}>
        <Empty icon={IconMoodCheck} title={texts.empty} detail={texts.emptyDetail} />
      </div>
    )
  const head = [texts.mail, texts.why, texts.since, texts.lastSeen, texts.lift]
  return (
    <div className={styles.list}>
      <Table caption={texts.caption} head={head}>
        {items.map((one) => (
          <tr key={one.mail}>
            <td className={styles.what}>{one.mail}</td>
            <td>
              {texts.reasons[one.reason]} {one.status && <code>{one.status}</code>}
            </td>
            <td>
              <Instant at={one.since} />
            </td>
            <td>
              <Instant at={one.lastSeenAt} />
            </td>
            <td>
              <Button
                size="compact-sm"
                variant="default"
                aria-label={texts.liftOf(one.mail)}
                onClick={() => onLift(one)}
              >
                {texts.lift}
              </Button>
            </td>
          </tr>
        ))}
      </Table>
      <More found={found} />
    </div>
  )
}

function AddDialog({ onClose }: { readonly onClose: () => void }) {
  const { suppressions: texts } = useTexts()
  const ask = useAsk()
  const [mail, setMail] = useState('')
  const [note, setNote] = useState('')
  return (
    <Confirm
      title={texts.addTitle}
      detail={texts.lead}
      yes={texts.addYes}
      no={texts.no}
      isReady={mail.trim().length >= 3}
      onYes={() => ask({ mail, action: 'add', note })}
      onClose={onClose}
    >
      <TextInput
        data-autofocus
        type="email"
        label={texts.mail}
        maxLength={254}
        required
        value={mail}
        onChange={(event) => setMail(event.currentTarget.value)}
      />
      <ReasonInput label={texts.note} hint={texts.noteHint} isLater value={note} onChange={setNote} />
    </Confirm>
  )
}

function LiftDialog({ suppression, onClose }: { suppression: Suppression; onClose: () => void }) {
  const { suppressions: texts } = useTexts()
  const ask = useAsk()
  const { mail, reason } = suppression
  return (
    <ReasonDialog
      title={texts.liftTitle}
      what={mail}
      detail={reason === 'unsubscribed' || reason === 'complaint' ? texts.liftUnsubscribed : texts.liftDetail}
      yes={texts.liftYes}
      no={texts.no}
      label={texts.note}
      hint={texts.noteHint}
      shortest={0}
      onYes={(note) => ask({ mail, action: 'lift', note })}
      onClose={onClose}
    />
  )
}

function useAsk() {
  const { suppressions: texts } = useTexts()
  const queries = useQueryClient()
  const { tell } = useToast()
  const [keys] = useState(clickKeys)
  return async (wish: Parameters<typeof askForSuppression>[0]) => {
    await askForSuppression(wish, keys.keyFor(wish))
    keys.accepted()
    tell(texts.asked)
    await queries.invalidateQueries({ queryKey: suppressionsQuery.queryKey })
  }
}
