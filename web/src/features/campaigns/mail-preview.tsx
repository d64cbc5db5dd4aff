import { Button, SegmentedControl } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import type { Language } from '@rounds/contracts/http'
import { IconSend } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { clickKeys } from '../../http/click-key.ts'
import { MailFrame } from '../../parts/mail-frame.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { RawText } from '../../parts/raw-text.tsx'
import { useToast } from '../../parts/toast.ts'
import { useTexts } from '../../texts/texts.ts'
import { type TextsForm, textsOf } from './campaign-form.ts'
import { previewQuery, sendTest } from './campaign-queries.ts'
import styles from './mail-preview.module.css'

interface MailPreviewProps {
  readonly template: string
  /** Of the list that it is for; its text may name them. */
  readonly columns: readonly string[]
  readonly language: Language
  readonly texts: TextsForm
}

/** What would arrive, as one writes. */
export function MailPreview({ template, columns, language, texts: form }: MailPreviewProps) {
  const { writing: texts } = useTexts()
  const [settled] = useDebouncedValue(form, 400)
  const written = textsOf(settled)
  const preview = useQuery({
    ...previewQuery(template, { language, texts: written, columns }),
    enabled: written !== undefined,
  })
  return (
    <section aria-label={texts.preview} className={styles.preview}>
      {written === undefined && <p className={styles.empty}>{texts.empty}</p>}
      {written && preview.isError && <ProblemNote error={preview.error} />}
      {written && !preview.isError && preview.data && (
        <>
          <RenderedMail mail={preview.data} />
          <TestSend template={template} columns={columns} language={language} texts={settled} />
        </>
      )}
    </section>
  )
}

interface Rendered {
  readonly subject: string
  readonly html: string
  readonly text: string
}

const views = ['desktop', 'phone', 'text'] as const
type View = (typeof views)[number]

/** One mail as it arrives on a desktop, on a phone, and where HTML is not shown. */
export function RenderedMail({ mail }: { readonly mail: Rendered }) {
  const { writing: texts } = useTexts()
  const [view, setView] = useState<View>('desktop')
  return (
    <div className={styles.mail}>
      <div className={styles.head}>
        <p className={styles.subject}>
          <span className={styles.label}>{texts.subjectLine}</span> {mail.subject}
        </p>
        <SegmentedControl
          size="xs"
          aria-label={texts.view}
          value={view}
          onChange={setView}
          data={views.map((value) => ({ value, label: texts.views[value] }))}
        />
      </div>
      {view === 'text' ? (
        <RawText>{mail.text}</RawText>
      ) : (
        <MailFrame html={mail.html} title={texts.previewOf(mail.subject)} width={view} />
      )}
    </div>
  )
}

function TestSend({ template, columns, language, texts: form }: MailPreviewProps) {
  const { writing: texts } = useTexts()
  const { tell, warn } = useToast()
  const [keys] = useState(clickKeys)
  const send = useMutation({
    mutationFn: () => {
      const tried = { language, texts: textsOf(form), columns }
      return sendTest(template, tried, keys.keyFor({ template, ...tried }))
    },
    onSuccess: () => {
      keys.accepted()
      tell(texts.testSent)
    },
    onError: (error) => warn(error),
  })
  return (
    <Button
      variant="default"
      size="xs"
      loading={send.isPending}
      leftSection={<IconSend size={15} aria-hidden />}
      onClick={() => send.mutate()}
    >
      {texts.testSend}
    </Button>
  )
}
