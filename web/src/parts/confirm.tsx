import { Button, Modal } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import styles from './confirm.module.css'
import { ProblemNote } from './problem-note.tsx'

interface ConfirmProps {
  readonly title: string
  /** What it is about, by name. */
  readonly what?: string
  readonly detail: string
  readonly yes: string
  readonly no: string
  /** It takes something away. */
  readonly isDestructive?: boolean
  readonly isReady?: boolean
  /** Rejects when it was refused: the dialog stays and says so. */
  readonly onYes: () => Promise<unknown>
  readonly onClose: () => void
  readonly children?: ReactNode
}

/** Asks whether that is meant. Stands by itself: news that come meanwhile do not take it away. */
export function Confirm({ title, what, detail, yes, no, onYes, onClose, ...others }: ConfirmProps) {
  const { isDestructive = false, isReady = true, children } = others
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const submit = async () => {
    setBusy(true)
    setError(undefined)
    try {
      await onYes()
      onClose()
    } catch (refusal) {
      setError(refusal)
      setBusy(false)
    }
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (isReady && !isBusy) void submit()
  }
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': no }}>
      <form onSubmit={onSubmit} className={styles.form} noValidate>
        {what && <p className={styles.what}>{what}</p>}
        <p className={styles.detail}>{detail}</p>
        {children}
        {error !== undefined && <ProblemNote error={error} />}
        <div className={styles.answers}>
          <Button variant="default" onClick={onClose} data-autofocus={children ? undefined : true}>
            {no}
          </Button>
          <Button
            type="submit"
            loading={isBusy}
            disabled={!isReady}
            {...(isDestructive && { color: 'red.9' })}
          >
            {yes}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
