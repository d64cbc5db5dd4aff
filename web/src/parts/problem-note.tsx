import { Button, CopyButton } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconCopy, IconRefresh } from '@tabler/icons-react'
import { useTexts } from '../texts/texts.ts'
import styles from './problem-note.module.css'
import { type Failed, wordsFor } from './words-for.ts'

interface ProblemNoteProps {
  readonly error: unknown
  /** What failed; a look, unless something else is said. */
  readonly of?: Failed
  readonly onRetry?: () => void
}

/** What went wrong, in the gateway's words, and how to name it to whoever can help. */
export function ProblemNote({ error, of = 'look', onRetry }: ProblemNoteProps) {
  const texts = useTexts()
  const { title, detail, traceId, errors } = wordsFor(error, texts, of)
  return (
    <div role="alert" className={styles.note}>
      <IconAlertTriangle size={22} aria-hidden className={styles.sign} />
      <div className={styles.words}>
        <p className={styles.title}>{title}</p>
        {detail && <p className={styles.detail}>{detail}</p>}
        {errors && (
          <ul className={styles.errors}>
            {errors.map((one) => (
              <li key={one.pointer + one.detail}>
                <code>{one.pointer}</code> {one.detail}
              </li>
            ))}
          </ul>
        )}
        <div className={styles.actions}>
          {onRetry && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconRefresh size={15} aria-hidden />}
              onClick={onRetry}
            >
              {texts.problem.tryAgain}
            </Button>
          )}
          {traceId && <Trace traceId={traceId} />}
        </div>
      </div>
    </div>
  )
}

function Trace({ traceId }: { readonly traceId: string }) {
  const { problem: texts } = useTexts()
  return (
    <CopyButton value={traceId}>
      {({ copied, copy }) => (
        <span className={styles.trace}>
          {texts.trace} <code>{traceId}</code>
          <Button
            size="compact-xs"
            variant="default"
            onClick={copy}
            leftSection={copied ? <IconCheck size={13} aria-hidden /> : <IconCopy size={13} aria-hidden />}
          >
            {copied ? texts.copied : texts.copy}
          </Button>
        </span>
      )}
    </CopyButton>
  )
}
