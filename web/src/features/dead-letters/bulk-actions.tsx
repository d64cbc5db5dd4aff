import { Button, NumberInput } from '@mantine/core'
import { IconArchive, IconArrowBackUp } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useFormats } from '../../format/use-formats.ts'
import { clickKeys } from '../../http/click-key.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { ReasonDialog } from '../../parts/reason-dialog.tsx'
import { useToast } from '../../parts/toast.ts'
import { useTexts } from '../../texts/texts.ts'
import {
  countToDiscard,
  countToReplay,
  discardDeadLetters,
  replayDeadLetters,
} from './dead-letter-queries.ts'
import { type DeadLetterSearch, filterOf } from './dead-letter-search.ts'
import styles from './dead-letters-page.module.css'

interface BulkProps {
  readonly search: DeadLetterSearch
}

/** What is done to all that the filters mean. How many that are is asked before anything is done. */
export function BulkActions({ search }: BulkProps) {
  const { deadLetters: texts } = useTexts()
  const [asking, setAsking] = useState<'replay' | 'discard'>()
  const close = () => setAsking(undefined)
  return (
    <section aria-label={texts.bulk} className={`${styles.bulk} not-printed`}>
      <Button
        variant="default"
        leftSection={<IconArrowBackUp size={17} aria-hidden />}
        onClick={() => setAsking('replay')}
      >
        {texts.replayAll}
      </Button>
      <Button
        variant="default"
        leftSection={<IconArchive size={17} aria-hidden />}
        onClick={() => setAsking('discard')}
      >
        {texts.discardAll}
      </Button>
      {asking === 'replay' && <ReplayAll search={search} onClose={close} />}
      {asking === 'discard' && <DiscardAll search={search} onClose={close} />}
    </section>
  )
}

interface DialogProps extends BulkProps {
  readonly onClose: () => void
}

function ReplayAll({ search, onClose }: DialogProps) {
  const { deadLetters: texts } = useTexts()
  const { number } = useFormats()
  const queries = useQueryClient()
  const { tell } = useToast()
  const [keys] = useState(clickKeys)
  const [perSecond, setPerSecond] = useState<string | number>(10)
  const filter = filterOf(search)
  const count = useFreshCount('replay', filter, () => countToReplay(filter))
  const rate = Number(perSecond)
  return (
    <Confirm
      title={texts.replayAllTitle}
      detail={count === undefined ? texts.counting : texts.replayAllDetail(number(count))}
      yes={texts.replayAllYes}
      no={texts.no}
      isReady={count !== undefined && count > 0 && Number.isInteger(rate) && rate >= 1 && rate <= 500}
      onYes={async () => {
        await replayDeadLetters(filter, rate, keys.keyFor({ filter, rate }))
        keys.accepted()
        tell(texts.began)
        await queries.invalidateQueries({ queryKey: ['dead-letters'] })
      }}
      onClose={onClose}
    >
      <NumberInput
        data-autofocus
        label={texts.perSecond}
        min={1}
        max={500}
        allowDecimal={false}
        value={perSecond}
        onChange={setPerSecond}
      />
    </Confirm>
  )
}

function DiscardAll({ search, onClose }: DialogProps) {
  const { deadLetters: texts, deadLetter } = useTexts()
  const { number } = useFormats()
  const queries = useQueryClient()
  const { tell } = useToast()
  const filter = filterOf(search)
  const count = useFreshCount('discard', filter, () => countToDiscard(filter))
  return (
    <ReasonDialog
      title={texts.discardAllTitle}
      detail={count === undefined ? texts.counting : texts.discardAllDetail(number(count))}
      yes={texts.discardAllYes}
      no={texts.no}
      isDestructive
      isReady={count !== undefined && count > 0}
      label={deadLetter.reason}
      hint={deadLetter.reasonHint}
      shortest={1}
      onYes={async (reason) => {
        const { count: discarded } = await discardDeadLetters(filter, reason)
        tell(texts.discardedAll(number(discarded)))
        await queries.invalidateQueries({ queryKey: ['dead-letters'] })
      }}
      onClose={onClose}
    />
  )
}

/** Counted anew each time the dialog opens. */
function useFreshCount(what: string, filter: object, count: () => Promise<{ count: number }>) {
  return useQuery({
    queryKey: ['dead-letters', 'dry-run', what, filter],
    queryFn: count,
    gcTime: 0,
    staleTime: 0,
  }).data?.count
}
