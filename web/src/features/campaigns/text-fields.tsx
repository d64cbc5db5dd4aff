import { Tabs, Textarea, TextInput } from '@mantine/core'
import type { Language } from '@rounds/contracts/http'
import { useTexts } from '../../texts/texts.ts'
import styles from './campaign-editor.module.css'
import type { TextForm, TextsForm } from './campaign-form.ts'
import { MailPreview } from './mail-preview.tsx'

const languages = ['en', 'hi'] as const

interface TextFieldsProps {
  readonly template: string
  readonly variables: readonly string[]
  readonly columns: readonly string[]
  readonly value: TextsForm
  readonly onChange: (texts: TextsForm) => void
  readonly language: Language
  readonly onLanguage: (language: Language) => void
  readonly faultAt: (pointer: string) => string | undefined
}

/** The text in each language, and beside it what would arrive. */
export function TextFields(props: TextFieldsProps) {
  const { template, columns, value, onChange, language, onLanguage } = props
  const { languages: names } = useTexts()
  return (
    <div className={styles.writing}>
      <Tabs keepMounted={false} value={language} onChange={(tab) => onLanguage(tab === 'hi' ? 'hi' : 'en')}>
        <Tabs.List>
          {languages.map((one) => (
            <Tabs.Tab key={one} value={one} lang={one}>
              {names[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {languages.map((one) => (
          <Tabs.Panel key={one} value={one} pt="md" lang={one}>
            <OneText
              {...props}
              language={one}
              text={value[one]}
              onText={(text) => onChange({ ...value, [one]: text })}
            />
          </Tabs.Panel>
        ))}
      </Tabs>
      <MailPreview template={template} columns={columns} language={language} texts={value} />
    </div>
  )
}

interface OneTextProps extends Pick<TextFieldsProps, 'variables' | 'faultAt'> {
  readonly language: Language
  readonly text: TextForm
  readonly onText: (text: TextForm) => void
}

function OneText({ language, text, onText, variables, faultAt }: OneTextProps) {
  const { writing: texts } = useTexts()
  return (
    <div className={styles.form}>
      {language === 'hi' && <p className={styles.hint}>{texts.hindiHint}</p>}
      <TextInput
        label={texts.subject}
        description={texts.subjectHint}
        maxLength={200}
        required={language === 'en'}
        value={text.subject}
        error={faultAt(`/texts/${language}/subject`)}
        onChange={(event) => onText({ ...text, subject: event.currentTarget.value })}
      />
      <Textarea
        label={texts.body}
        description={texts.bodyHint(variables.map((name) => `{{ ${name} }}`).join(', '))}
        maxLength={20_000}
        rows={12}
        required={language === 'en'}
        value={text.body}
        error={faultAt(`/texts/${language}/body`)}
        onChange={(event) => onText({ ...text, body: event.currentTarget.value })}
      />
    </div>
  )
}
