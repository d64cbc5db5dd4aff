import { Select, Skeleton, TextInput } from '@mantine/core'
import type { Campaign, Language } from '@rounds/contracts/http'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, Navigate, useNavigate } from '@tanstack/react-router'
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
import { AudienceFields } from './audience-fields.tsx'
import styles from './campaign-editor.module.css'
import { bodyOf, type CampaignForm, emptyCampaign, type FormFault, faultOf, formOf } from './campaign-form.ts'
import { campaignQuery, changeCampaign, makeCampaign, templatesQuery } from './campaign-queries.ts'
import { TextFields } from './text-fields.tsx'

export function NewCampaignPage() {
  const { campaignEditor: texts } = useTexts()
  return (
    <Page title={texts.new} above={<Back to="/campaigns">{texts.back}</Back>}>
      <Editor before={emptyCampaign} />
    </Page>
  )
}

const route = getRouteApi('/inside/campaigns/$campaignId/edit')

export function EditCampaignPage() {
  const { campaignEditor: texts, app } = useTexts()
  const { campaignId } = route.useParams()
  const found = useReadOnce(campaignQuery(campaignId))
  if (isRefused(found.error, 404) || isRefused(found.error, 400)) return <NotFound />
  // Sent off already: what it says now stands.
  if (found.data && found.data.state !== 'draft')
    return <Navigate to="/campaigns/$campaignId" params={{ campaignId }} replace />
  return (
    <Page title={texts.edit} above={<Back to="/campaigns">{texts.back}</Back>}>
      {!found.data && !found.error && (
        <Skeleton height={320} radius="lg" role="status" aria-label={app.loading} />
      )}
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && <Editor before={formOf(found.data)} campaign={found.data} />}
    </Page>
  )
}

const purposes = ['care', 'administrative', 'marketing'] as const

interface EditorProps {
  readonly before: CampaignForm
  readonly campaign?: Campaign
}

function Editor({ before, campaign }: EditorProps) {
  const { campaignEditor: texts } = useTexts()
  const [form, setForm] = useState(before)
  const [language, setLanguage] = useState<Language>('en')
  const [fault, setFault] = useState<FormFault>()
  const save = useSave(campaign, isChanged(before, form))
  const faultAt = faultsAt(save.error)
  // A list that was uploaded for this campaign.
  const columns = (form.audience.kind === 'upload' && campaign?.columns) || []
  const template = useTemplates().find((one) => one.template === form.template)
  const change = (part: Partial<CampaignForm>) => {
    setFault(undefined)
    setForm((now) => ({ ...now, ...part }))
  }
  const submit = () => {
    const found = faultOf(form)
    setFault(found)
    if (found === 'needText') setLanguage('en')
    if (found === 'needHindi') setLanguage('hi')
    if (!found) save.submit(form)
  }
  return (
    <Form
      onSubmit={submit}
      saving={save}
      save={texts.save}
      cancel={texts.cancel}
      renderCancel={(props) =>
        campaign ? (
          <Link {...props} to="/campaigns/$campaignId" params={{ campaignId: campaign.campaignId }} />
        ) : (
          <Link {...props} to="/campaigns" />
        )
      }
    >
      <Basics form={form} onChange={change} fault={fault} faultAt={faultAt} />
      <Section title={texts.audience}>
        <AudienceFields
          value={form.audience}
          onChange={(part) => change({ audience: { ...form.audience, ...part } })}
          fault={faultAt('/audience')}
        />
      </Section>
      <Section title={texts.text}>
        <TextFields
          template={form.template}
          variables={[...(template?.variables.map(({ name }) => name) ?? []), ...columns]}
          columns={columns}
          value={form.texts}
          onChange={(written) => change({ texts: written })}
          language={language}
          onLanguage={setLanguage}
          faultAt={faultAt}
        />
        {(fault === 'needText' || fault === 'needHindi') && (
          <p role="alert" className={styles.fault}>
            {texts[fault]}
          </p>
        )}
      </Section>
    </Form>
  )
}

interface BasicsProps {
  readonly form: CampaignForm
  readonly onChange: (part: Partial<CampaignForm>) => void
  readonly fault: FormFault | undefined
  readonly faultAt: (pointer: string) => string | undefined
}

function Basics({ form, onChange, fault, faultAt }: BasicsProps) {
  const { campaignEditor: texts, mailPurpose } = useTexts()
  const templates = useTemplates()
  return (
    <Section title={texts.basics}>
      <div className={styles.fields}>
        <TextInput
          className={styles.wide ?? ''}
          label={texts.name}
          description={texts.nameHint}
          maxLength={200}
          required
          value={form.name}
          error={fault === 'needName' ? texts.needName : faultAt('/name')}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
        <Select
          label={texts.template}
          data={templates.map(({ template, title }) => ({ value: template, label: title }))}
          value={form.template}
          error={faultAt('/template')}
          onChange={(template) => onChange({ template: template ?? form.template })}
          allowDeselect={false}
        />
        <Select
          label={texts.purpose}
          description={texts.purposeHints[form.purpose]}
          data={purposes.map((value) => ({ value, label: mailPurpose[value] }))}
          value={form.purpose}
          error={faultAt('/purpose')}
          onChange={(purpose) =>
            onChange({ purpose: purposes.find((one) => one === purpose) ?? form.purpose })
          }
          allowDeselect={false}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
        />
      </div>
    </Section>
  )
}

const useTemplates = () =>
  useQuery(templatesQuery).data?.items.filter(({ forCampaigns }) => forCampaigns) ?? []

function useSave(campaign: Campaign | undefined, isUnsaved: boolean) {
  const { campaignEditor: texts } = useTexts()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { tell } = useToast()
  const [keys] = useState(clickKeys)
  return useSubmit({
    isUnsaved,
    send: (form: CampaignForm) => {
      const body = bodyOf(form)
      return campaign ? changeCampaign(campaign, body) : makeCampaign(body, keys.keyFor(body))
    },
    onDone: async (made) => {
      keys.accepted()
      queries.setQueryData(campaignQuery(made.campaignId).queryKey, made)
      void queries.invalidateQueries({ queryKey: ['campaigns'] })
      tell(texts.saved)
      await navigate({ to: '/campaigns/$campaignId', params: { campaignId: made.campaignId } })
    },
  })
}
