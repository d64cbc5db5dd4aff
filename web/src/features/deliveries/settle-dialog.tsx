import type { Delivery, Resolution } from '@rounds/contracts/http'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { clickKeys } from '../../http/click-key.ts'
import { ReasonDialog } from '../../parts/reason-dialog.tsx'
import { useSettled } from '../../parts/settled.ts'
import { useToast } from '../../parts/toast.ts'
import { useTexts } from '../../texts/texts.ts'
import { settleDelivery } from './delivery-queries.ts'
import { recipientOf } from './recipient-of.ts'

interface SettleDialogProps {
  readonly delivery: Delivery
  readonly as: Resolution
  readonly onClose: () => void
}

/** What nobody can know but a person who looked. */
export function SettleDialog({ delivery, as, onClose }: SettleDialogProps) {
  const { deliveries: texts } = useTexts()
  const queries = useQueryClient()
  const { tell } = useToast()
  const { settle: markSettled } = useSettled()
  const [keys] = useState(clickKeys)
  const settle = async (reason: string) => {
    await settleDelivery(delivery.deliveryId, as, reason, keys.keyFor({ as, reason }))
    keys.accepted()
    markSettled(delivery.deliveryId, delivery.attempts)
    tell(texts.settled)
    await queries.invalidateQueries({ queryKey: ['deliveries'] })
  }
  return (
    <ReasonDialog
      title={texts.settleTitles[as]}
      what={`${recipientOf(delivery)}: ${delivery.subject ?? delivery.template}`}
      detail={texts.settleDetails[as]}
      yes={texts.settleYes[as]}
      no={texts.no}
      isDestructive={as === 'abandon'}
      label={texts.reason}
      hint={texts.reasonHint}
      shortest={0}
      onYes={settle}
      onClose={onClose}
    />
  )
}
