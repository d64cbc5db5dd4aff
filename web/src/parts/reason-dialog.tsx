import { useState } from 'react'
import { Confirm, type ConfirmProps } from './confirm.tsx'
import { ReasonInput } from './reason-input.tsx'

interface ReasonDialogProps extends Omit<ConfirmProps, 'onYes' | 'children'> {
  /** What the reason is called, and what is said about it. */
  readonly label: string
  readonly hint: string
  /** As many characters as it has at least; 0 where it may be left out. */
  readonly shortest: number
  /** Gets the reason without spaces around it. */
  readonly onYes: (reason: string) => Promise<unknown>
}

/** Asks whether that is meant, and why. */
export function ReasonDialog({
  label,
  hint,
  shortest,
  isReady = true,
  onYes,
  ...confirm
}: ReasonDialogProps) {
  const [typed, setTyped] = useState('')
  const reason = typed.trim()
  return (
    <Confirm {...confirm} isReady={isReady && reason.length >= shortest} onYes={() => onYes(reason)}>
      <ReasonInput label={label} hint={hint} required={shortest > 0} value={typed} onChange={setTyped} />
    </Confirm>
  )
}
