import { Button, Modal } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useTexts } from '../texts/texts.ts'
import styles from './confirm.module.css'
import { ProblemNote } from './problem-note.tsx'
import { isPutAway } from './put-away.ts'
import { useSubmit } from './use-submit.ts'

export interface ConfirmProps {
  readonly title: string
  /** What it is about, by name. */
  readonly what?: string
  readonly detail: string
  readonly yes: string
  readonly no: string
  readonly size?: 'lg'
  readonly icon?: ReactNode
  /** It takes something away. */
  readonly isDestructive?: boolean
  readonly isReady?: boolean
  /** Looks through the fields when somebody submits; nothing is sent where it says no. */
  readonly isComplete?: () => boolean
  /** Rejects when it was refused: the dialog stays and says so. */
  readonly onYes: () => Promise<unknown>
  readonly onClose: () => void
  readonly children?: ReactNode
}

/**
 * Asks whether that is meant, and for what belongs to it. Stands by itself: news that come meanwhile do not take it away. It
 * closes when it is done; until then what was typed stays, and whoever closes it is asked whether that may go.
 */
export function Confirm({ title, what, detail, yes, no, onYes, onClose, ...others }: ConfirmProps) {
  const { isDestructive = false, isReady = true, isComplete, size, icon, children } = others
  const [isTyped, setTyped] = useState(false)
  const [isLeaving, setLeaving] = useState(false)
  const { submit, isPending, error } = useSubmit({
    send: onYes,
    onDone: onClose,
    isUnsaved: isTyped,
    retry: false,
  })
  const leave = () => {
    if (isPutAway()) return
    if (isTyped) setLeaving(true)
    else onClose()
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (isReady && !isPending && isComplete?.() !== false) submit()
  }
  return (
    <Modal
      opened
      onClose={leave}
      title={title}
      closeButtonProps={{ 'aria-label': no }}
      {...(size && { size })}
    >
      <form
        onSubmit={onSubmit}
        onInput={({ currentTarget }) => setTyped(hasText(currentTarget))}
        className={styles.form}
        noValidate
        // Browsers write down what stands in a form, to restore it: nothing of a patient is to be kept there.
        autoComplete="off"
      >
        {what && <p className={styles.what}>{what}</p>}
        <p className={styles.detail}>{detail}</p>
        {children}
        {error !== null && <ProblemNote error={error} of={isTyped ? 'text' : 'change'} />}
        {isLeaving ? (
          <Discard onStay={() => setLeaving(false)} onDiscard={onClose} />
        ) : (
          <div className={styles.answers}>
            <Button variant="default" onClick={leave} data-autofocus={children ? undefined : true}>
              {no}
            </Button>
            <Button
              type="submit"
              loading={isPending}
              disabled={!isReady}
              leftSection={icon}
              {...(isDestructive && { color: 'red.9' })}
            >
              {yes}
            </Button>
          </div>
        )}
      </form>
    </Modal>
  )
}

function Discard({ onStay, onDiscard }: { readonly onStay: () => void; readonly onDiscard: () => void }) {
  const { leaving: texts } = useTexts()
  return (
    <div role="alert" className={styles.answers}>
      <p className={styles.question}>{texts.discardQuestion}</p>
      <Button variant="default" onClick={onDiscard}>
        {texts.discard}
      </Button>
      <Button autoFocus onClick={onStay}>
        {texts.keep}
      </Button>
    </div>
  )
}

/** Boxes and numbers are chosen again in a moment; words are not. */
const hasText = (form: HTMLFormElement) =>
  [...form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('textarea, input')].some(
    ({ type, inputMode, value }) =>
      ['textarea', 'text', 'email'].includes(type) && inputMode !== 'numeric' && value.trim() !== '',
  )
