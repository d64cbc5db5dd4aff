import { useState } from 'react'
import { Confirm } from '../../parts/confirm.tsx'
import { ReasonInput } from '../../parts/reason-input.tsx'
import { useTexts } from '../../texts/texts.ts'
import { openEmergencyAccess } from './emergency-access-queries.ts'

interface EmergencyAccessDialogProps {
  readonly patientId: string
  readonly onOpened: () => void
  readonly onClose: () => void
}

/** As the gateway asks for it: a reason that is one. */
const shortestReason = 10

/** A doctor says why they need the history of somebody whom they do not treat. */
export function EmergencyAccessDialog({ patientId, onOpened, onClose }: EmergencyAccessDialogProps) {
  const { emergencyAccess: texts } = useTexts()
  const [reason, setReason] = useState('')
  return (
    <Confirm
      title={texts.dialogTitle}
      detail={texts.dialogDetail}
      yes={texts.dialogYes}
      no={texts.dialogNo}
      isReady={reason.trim().length >= shortestReason}
      onYes={async () => {
        await openEmergencyAccess(patientId, reason.trim())
        onOpened()
      }}
      onClose={onClose}
    >
      <ReasonInput
        label={texts.reason}
        hint={texts.reasonHint}
        required
        value={reason}
        onChange={setReason}
      />
    </Confirm>
  )
}
