import { Button } from '@mantine/core'
import { useState } from 'react'
import { ReasonDialog } from '../../parts/reason-dialog.tsx'
import { useTexts } from '../../texts/texts.ts'
import { openEmergencyAccess } from './emergency-access-queries.ts'

interface EmergencyAccessProps {
  readonly patientId: string
  /** The history is open for an hour. */
  readonly onOpened: () => void
}

/** As the gateway asks for it: a reason that is one. */
const shortestReason = 10

/** What a doctor can do who does not treat this patient: give a reason, and go on. */
export function EmergencyAccess({ patientId, onOpened }: EmergencyAccessProps) {
  const { emergencyAccess: texts } = useTexts()
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {texts.offer}
      </Button>
      {isAsking && (
        <ReasonDialog
          title={texts.dialogTitle}
          detail={texts.dialogDetail}
          yes={texts.dialogYes}
          no={texts.dialogNo}
          label={texts.reason}
          hint={texts.reasonHint}
          shortest={shortestReason}
          onYes={async (reason) => {
            await openEmergencyAccess(patientId, reason)
            onOpened()
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  )
}
