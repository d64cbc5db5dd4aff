import { Button, Textarea, TextInput } from '@mantine/core'
import type { DeadLetterOpened, DeadLetterVerdict } from '@rounds/contracts/http'
import { IconCheck, IconSend } from '@tabler/icons-react'
import { useState } from 'react'
import { Confirm } from '../../parts/confirm.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { Section } from '../../parts/section.tsx'
import { isChanged, useUnsaved } from '../../parts/unsaved.ts'
import { useTexts } from '../../texts/texts.ts'
import styles from './dead-letter-page.module.css'
import { validateDeadLetter } from './dead-letter-queries.ts'
import { FaultList } from './fault-list.tsx'
import { useDeadLetterActs } from './use-dead-letter-acts.ts'

/** Mends what a letter carries: change, check against the contract, send as a new event. */
export function MendForm({ letter }: { readonly letter: DeadLetterOpened }) {
  const { deadLetter: texts } = useTexts()
  const { deadLetterId } = letter
  const [type, setType] = useState(letter.type === 'unknown' ? '' : letter.type)
  const [typed, setTyped] = useState(() => JSON.stringify(letter.data ?? {}, null, 2))
  const [verdict, setVerdict] = useState<DeadLetterVerdict>()
  const [error, setError] = useState<unknown>()
  const [isSending, setSending] = useState(false)
  const { replay } = useDeadLetterActs(deadLetterId)
  const [before] = useState({ type, typed })
  const sent = useUnsaved(isChanged(before, { type, typed }))
  const data = jsonIn(typed)
  const edit = (change: () => void) => {
    setVerdict(undefined)
    setError(undefined)
    change()
  }
  const check = async () => {
    setError(undefined)
    try {
      setVerdict(await validateDeadLetter(deadLetterId, { type, data: data?.value }))
    } catch (refusal) {
      setError(refusal)
    }
  }
  return (
    <Section title={texts.mend}>
      <p className={styles.hint}>{texts.mendLead}</p>
      <TextInput
        label={texts.eventType}
        value={type}
        maxLength={100}
        onChange={({ currentTarget: { value } }) => edit(() => setType(value.trim()))}
      />
      <Textarea
        className={styles.editor ?? ''}
        label={texts.data}
        autosize
        minRows={4}
        maxRows={24}
        spellCheck={false}
        value={typed}
        error={!data && texts.notJsonYet}
        onChange={({ currentTarget: { value } }) => edit(() => setTyped(value))}
      />
      <div role="status">
        {verdict?.valid && <p className={styles.hint}>{texts.valid}</p>}
        {verdict && !verdict.valid && <FaultList title={texts.invalid} faults={verdict.faults} />}
      </div>
      {error !== undefined && <ProblemNote error={error} of="text" />}
      <div className={styles.acts}>
        <Button
          variant="default"
          disabled={!data || type === ''}
          leftSection={<IconCheck size={17} aria-hidden />}
          onClick={() => void check()}
        >
          {texts.check}
        </Button>
        <Button
          disabled={!verdict?.valid}
          leftSection={<IconSend size={17} aria-hidden />}
          onClick={() => setSending(true)}
        >
          {texts.sendNew}
        </Button>
      </div>
      {isSending && (
        <Confirm
          title={texts.sendNewTitle}
          what={`${type} → ${letter.consumer}`}
          detail={texts.sendNewDetail}
          yes={texts.sendNewYes}
          no={texts.no}
          onYes={async () => {
            await replay({ type, data: data?.value })
            sent()
          }}
          onClose={() => setSending(false)}
        />
      )}
    </Section>
  )
}

function jsonIn(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}
