import { NumberInput, Select, Skeleton, Switch, TextInput } from '@mantine/core'
import type { PatientShownAs, Space, SpaceNews } from '@rounds/contracts/http'
import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { clickKeys } from '../../http/click-key.ts'
import { isRefused } from '../../http/problem.ts'
import { Back } from '../../parts/back.tsx'
import { faultsAt } from '../../parts/faults-at.ts'
import { Form } from '../../parts/form.tsx'
import { NotFound } from '../../parts/not-found.tsx'
import { Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { useReadOnce } from '../../parts/read-once.ts'
import { Section } from '../../parts/section.tsx'
import { useToast } from '../../parts/toast.ts'
import { isChanged } from '../../parts/unsaved.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { useTexts } from '../../texts/texts.ts'
import { CardPreview } from './card-preview.tsx'
import { addSpace, changeSpace, chatCountsQuery, spaceQuery, spacesQuery } from './chat-queries.ts'
import { allNews, RulesFields } from './rules-fields.tsx'
import styles from './space-editor.module.css'
import {
  emptySpace,
  newSpaceOf,
  type SpaceFault,
  type SpaceForm,
  spaceChangeOf,
  spaceFaultOf,
  spaceFormOf,
} from './space-form.ts'

export function NewSpacePage() {
  const { spaceEditor: texts, space } = useTexts()
  return (
    <Page title={texts.new} above={<Back to="/chat">{space.back}</Back>}>
      <Editor before={emptySpace} />
    </Page>
  )
}

const route = getRouteApi('/inside/chat/$spaceId/edit')

export function EditSpacePage() {
  const { spaceEditor: texts, app } = useTexts()
  const { spaceId } = route.useParams()
  const found = useReadOnce(spaceQuery(spaceId))
  if (isRefused(found.error, 404) || isRefused(found.error, 400)) return <NotFound />
  return (
    <Page
      title={texts.edit}
      above={
        <Back to="/chat/$spaceId" params={{ spaceId }}>
          {texts.backToOne}
        </Back>
      }
    >
      {!found.data && !found.error && (
        <Skeleton height={320} radius="lg" role="status" aria-label={app.loading} />
      )}
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && <Editor before={spaceFormOf(found.data)} space={found.data} />}
    </Page>
  )
}

function Editor({ before, space }: { readonly before: SpaceForm; readonly space?: Space }) {
  const { spaceEditor: texts } = useTexts()
  const [form, setForm] = useState(before)
  const [fault, setFault] = useState<SpaceFault>()
  const save = useSave(space, isChanged(before, form))
  const faultAt = faultsAt(save.error)
  const change = (part: Partial<SpaceForm>) => {
    setFault(undefined)
    setForm((now) => ({ ...now, ...part }))
  }
  const submit = () => {
    const found = spaceFaultOf(form, !space)
    setFault(found)
    if (!found) save.submit(form)
  }
  return (
    <Form
      onSubmit={submit}
      saving={save}
      save={texts.save}
      cancel={texts.cancel}
      renderCancel={(props) =>
        space ? (
          <Link {...props} to="/chat/$spaceId" params={{ spaceId: space.spaceId }} />
        ) : (
          <Link {...props} to="/chat" />
        )
      }
    >
      <Section title={texts.basics}>
        <Basics form={form} onChange={change} fault={fault} faultAt={faultAt} isNew={!space} />
      </Section>
      <Section title={texts.rules}>
        <RulesFields
          rules={form.rules}
          onChange={(rules) => change({ rules })}
          isFaulty={fault === 'needNews'}
          faultAt={faultAt}
        />
      </Section>
      <Preview form={form} />
    </Form>
  )
}

interface BasicsProps {
  readonly form: SpaceForm
  readonly onChange: (part: Partial<SpaceForm>) => void
  readonly fault: SpaceFault | undefined
  readonly faultAt: (pointer: string) => string | undefined
  readonly isNew: boolean
}

const shownAs = ['nobody', 'number', 'initials', 'name'] as const satisfies readonly PatientShownAs[]
const dayOfMinutes = 24 * 60

function Basics({ form, onChange, fault, faultAt, isNew }: BasicsProps) {
  const { spaceEditor: texts, languages, patientShownAs } = useTexts()
  const hintBelow = { inputWrapperOrder: ['label', 'input', 'description', 'error'] as const }
  return (
    <>
      <TextInput
        label={texts.name}
        description={texts.nameHint}
        maxLength={100}
        required
        value={form.name}
        error={fault === 'needName' ? texts.needName : faultAt('/name')}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        inputWrapperOrder={[...hintBelow.inputWrapperOrder]}
      />
      <TextInput
        label={texts.webhook}
        description={isNew ? texts.webhookHint : texts.webhookKept}
        placeholder="https://chat.googleapis.com/v1/spaces/…"
        maxLength={2_000}
        required={isNew}
        // A secret, and nothing that a browser or a spelling service should keep.
        autoComplete="off"
        spellCheck={false}
        value={form.webhook}
        error={fault === 'needWebhook' ? texts.needWebhook : faultAt('/webhook')}
        onChange={(event) => onChange({ webhook: event.currentTarget.value })}
        inputWrapperOrder={[...hintBelow.inputWrapperOrder]}
      />
      <div className={styles.fields}>
        <Select
          label={texts.language}
          data={(['en', 'hi'] as const).map((value) => ({ value, label: languages[value] }))}
          value={form.language}
          onChange={(language) => onChange({ language: language === 'hi' ? 'hi' : 'en' })}
          allowDeselect={false}
        />
        <Select
          label={texts.patientShownAs}
          description={texts.patientHint}
          data={shownAs.map((value) => ({ value, label: patientShownAs[value] }))}
          value={form.patientShownAs}
          onChange={(as) =>
            onChange({ patientShownAs: shownAs.find((one) => one === as) ?? form.patientShownAs })
          }
          allowDeselect={false}
          inputWrapperOrder={[...hintBelow.inputWrapperOrder]}
        />
        <NumberInput
          label={texts.relevant}
          description={texts.relevantHint}
          suffix={` ${texts.relevantUnit}`}
          min={1}
          max={dayOfMinutes}
          allowDecimal={false}
          value={form.relevantMinutes}
          error={faultAt('/relevantMinutes')}
          onChange={(minutes) =>
            onChange({ relevantMinutes: Math.min(dayOfMinutes, Math.max(1, Number(minutes) || 1)) })
          }
          inputWrapperOrder={[...hintBelow.inputWrapperOrder]}
          hideControls
        />
      </div>
      <Switch
        label={texts.active}
        checked={form.active}
        onChange={(event) => onChange({ active: event.currentTarget.checked })}
      />
    </>
  )
}

/** The card beside the choices that make it; about nobody. */
function Preview({ form: { language, patientShownAs, rules } }: { readonly form: SpaceForm }) {
  const { spaceEditor: texts, spaceNews } = useTexts()
  const [chosen, setChosen] = useState<SpaceNews>()
  const [isDigest, setDigest] = useState(false)
  const news = chosen ?? rules[0]?.news[0] ?? 'appointment.checked'
  return (
    <Section title={texts.preview}>
      <div className={styles.fields}>
        <Select
          label={texts.previewNews}
          data={allNews.map((value) => ({ value, label: spaceNews[value] }))}
          value={news}
          onChange={(value) => setChosen(allNews.find((one) => one === value))}
          allowDeselect={false}
        />
      </div>
      <Switch
        label={texts.digest}
        checked={isDigest}
        onChange={(event) => setDigest(event.currentTarget.checked)}
      />
      <CardPreview wish={{ news, language, patientShownAs, ...(isDigest && { count: 12 }) }} />
    </Section>
  )
}

function useSave(space: Space | undefined, isUnsaved: boolean) {
  const { spaceEditor: texts } = useTexts()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { tell } = useToast()
  const [keys] = useState(clickKeys)
  return useSubmit({
    isUnsaved,
    send: (form: SpaceForm) => {
      if (space) return changeSpace(space, spaceChangeOf(form))
      const body = newSpaceOf(form)
      return addSpace(body, keys.keyFor(body))
    },
    onDone: async (made) => {
      keys.accepted()
      queries.setQueryData(spaceQuery(made.spaceId).queryKey, made)
      void queries.invalidateQueries({ queryKey: spacesQuery.queryKey })
      void queries.invalidateQueries({ queryKey: chatCountsQuery.queryKey })
      tell(texts.saved)
      await navigate({ to: '/chat/$spaceId', params: { spaceId: made.spaceId } })
    },
  })
}
