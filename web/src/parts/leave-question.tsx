import { Button, Modal } from '@mantine/core'
import { useTexts } from '../texts/texts.ts'
import styles from './confirm.module.css'

/** Whether what was typed may be lost. */
export function LeaveQuestion({ onLeave, onStay }: { onLeave: () => void; onStay: () => void }) {
  const { leaving: texts } = useTexts()
  return (
    <Modal
      opened
      onClose={onStay}
      title={texts.title}
      withCloseButton={false}
      zIndex="var(--mantine-z-index-popover)"
    >
      <div className={styles.form}>
        <p className={styles.detail}>{texts.detail}</p>
        <div className={styles.answers}>
          <Button variant="default" onClick={onLeave}>
            {texts.leave}
          </Button>
          <Button onClick={onStay} data-autofocus>
            {texts.stay}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
