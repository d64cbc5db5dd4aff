import { Button, Skeleton } from '@mantine/core'
import type { Campaign } from '@rounds/contracts/http'
import { IconDownload, IconListSearch, IconUsers } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useFormats } from '../../format/use-formats.ts'
import { isRefused } from '../../http/problem.ts'
import { Back } from '../../parts/back.tsx'
import { Fact, Facts } from '../../parts/facts.tsx'
import { Instant } from '../../parts/instant.tsx'
import { NotFound } from '../../parts/not-found.tsx'
import { Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { Section } from '../../parts/section.tsx'
import { useTexts } from '../../texts/texts.ts'
import { departmentsQuery, doctorsQuery } from '../appointments/appointment-queries.ts'
import { audienceInWords } from './audience-in-words.ts'
import { CampaignActions } from './campaign-actions.tsx'
import { CampaignBadge } from './campaign-badge.tsx'
import { CountsBar, CountsSum } from './campaign-counts.tsx'
import styles from './campaign-page.module.css'
import { campaignQuery, dryRunQuery, errorsHref } from './campaign-queries.ts'
import { DryRunResult } from './dry-run.tsx'
import { ReasonsTable } from './reasons-table.tsx'
import { RecipientUpload } from './recipient-upload.tsx'

const route = getRouteApi('/inside/campaigns/$campaignId')

export function CampaignPage() {
  const { pages, app, campaign: texts } = useTexts()
  const { campaignId } = route.useParams()
  const found = useQuery(campaignQuery(campaignId))
  if (isRefused(found.error, 404) || isRefused(found.error, 400)) return <NotFound />
  return (
    <Page
      title={found.data?.name ?? pages.campaign}
      above={<Back to="/campaigns">{texts.back}</Back>}
      lead={found.data && <CampaignBadge campaign={found.data} />}
    >
      {found.isPending && <Skeleton height={320} radius="lg" role="status" aria-label={app.loading} />}
      {found.isError && !found.data && (
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      )}
      {found.data && <Found campaign={found.data} />}
    </Page>
  )
}

function Found({ campaign }: { readonly campaign: Campaign }) {
  return (
    <>
      {campaign.state === 'draft' ? <Draft campaign={campaign} /> : <SentOff campaign={campaign} />}
      <About campaign={campaign} />
      <Text campaign={campaign} />
    </>
  )
}

/** Before anything is sent: the list, the check, and then the button. */
function Draft({ campaign }: { readonly campaign: Campaign }) {
  const { campaign: texts, audience, upload } = useTexts()
  const [isAsked, setAsked] = useState(false)
  const check = useQuery({ ...dryRunQuery(campaign), enabled: isAsked })
  const again = () => (isAsked ? void check.refetch() : setAsked(true))
  return (
    <>
      {campaign.audience.kind === 'upload' && (
        <Section title={audience.upload}>
          <RecipientUpload campaign={campaign} />
        </Section>
      )}
      <Section
        title={texts.dryRun}
        actions={
          <Button
            variant={check.data ? 'default' : 'filled'}
            loading={check.isFetching}
            leftSection={<IconUsers size={17} aria-hidden />}
            onClick={again}
          >
            {check.data ? texts.checkAgain : texts.check}
          </Button>
        }
      >
        {!check.data && !check.isError && (
          <p className={styles.hint} role="status">
            {check.isFetching
              ? texts.checking
              : campaign.audience.kind === 'upload'
                ? upload.needed
                : texts.checkFirst}
          </p>
        )}
        {check.isError && <ProblemNote error={check.error} onRetry={() => void check.refetch()} />}
        {check.data && !check.isError && <DryRunResult result={check.data} />}
        <CampaignActions campaign={campaign} dryRun={check.isError ? undefined : check.data} />
      </Section>
    </>
  )
}

/** How far it is, and what came of it. */
function SentOff({ campaign }: { readonly campaign: Campaign }) {
  const { campaign: texts, reasons } = useTexts()
  const { state, counts, campaignId, name } = campaign
  const isOver = state === 'completed' || state === 'cancelled'
  return (
    <Section title={isOver ? texts.result : texts.progress}>
      {state === 'awaiting approval' && (
        <p className={styles.waiting}>
          {texts.awaiting} {campaign.approvalReason && texts.approvalReasons[campaign.approvalReason]}{' '}
          {campaign.mayApprove
            ? texts.awaitingYou
            : texts.awaitingOthers(campaign.barredFromApproving ?? 'sent')}
        </p>
      )}
      {state === 'paused' && <p className={styles.waiting}>{texts.paused}</p>}
      {counts && (
        <>
          <CountsBar title={name} counts={counts} />
          <Pace campaign={campaign} />
          <CountsSum counts={counts} />
        </>
      )}
      <CampaignActions campaign={campaign} dryRun={undefined} />
      {campaign.reasons.length > 0 && (
        <>
          <h3 className={styles.title}>{reasons.title}</h3>
          <ReasonsTable reasons={campaign.reasons} />
        </>
      )}
      {counts && (
        <div className={styles.links}>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconListSearch size={15} aria-hidden />}
            renderRoot={(props) => <Link {...props} to="/deliveries" search={{ batchId: campaignId }} />}
          >
            {texts.deliveries}
          </Button>
          {counts.inDoubt > 0 && (
            <Button
              variant="default"
              size="xs"
              leftSection={<IconListSearch size={15} aria-hidden />}
              renderRoot={(props) => (
                <Link {...props} to="/deliveries" search={{ tab: 'doubt', batchId: campaignId }} />
              )}
            >
              {texts.doubts}
            </Button>
          )}
          {counts.failed + counts.suppressed > 0 && (
            <Button
              component="a"
              href={errorsHref(campaignId)}
              download
              variant="default"
              size="xs"
              leftSection={<IconDownload size={15} aria-hidden />}
            >
              {texts.failures}
            </Button>
          )}
        </div>
      )}
    </Section>
  )
}

function Pace({ campaign: { waitsFor, perSecond, etaMs } }: { readonly campaign: Campaign }) {
  const { campaign: texts, campaignStanding } = useTexts()
  const { number, duration } = useFormats()
  if (waitsFor)
    return (
      <p className={styles.waiting} role="status">
        {waitsFor === 'later' ? campaignStanding.laterDetail : campaignStanding.mailServerDetail}
      </p>
    )
  if (perSecond === undefined) return null
  return (
    <p className={styles.hint}>
      {texts.rate(number(perSecond < 10 ? Math.round(perSecond * 10) / 10 : Math.round(perSecond)))}
      {etaMs !== undefined && `, ${texts.left(duration(etaMs))}`}
    </p>
  )
}

function About({ campaign }: { readonly campaign: Campaign }) {
  const { campaign: texts, mailPurpose } = useTexts()
  const { createdBy, createdAt, requestedAt, approvedBy, pausedBy, cancelledBy, completedAt } = campaign
  const { pauseReason, cancelReason } = campaign
  return (
    <Section title={texts.about}>
      <Facts>
        <Fact name={texts.audience}>
          <Audience campaign={campaign} />
        </Fact>
        <Fact name={texts.purpose}>{mailPurpose[campaign.purpose]}</Fact>
        <Fact name={texts.template}>{campaign.template}</Fact>
        <Fact name={texts.createdBy}>{createdBy.name}</Fact>
        <Fact name={texts.createdAt}>
          <Instant at={createdAt} />
        </Fact>
        {requestedAt && (
          <Fact name={texts.requestedAt}>
            <Instant at={requestedAt} />
          </Fact>
        )}
        {approvedBy && <Fact name={texts.approvedBy}>{approvedBy.name}</Fact>}
        {pausedBy && <Fact name={texts.pausedBy}>{withReason(pausedBy.name, pauseReason)}</Fact>}
        {cancelledBy && <Fact name={texts.cancelledBy}>{withReason(cancelledBy.name, cancelReason)}</Fact>}
        {completedAt && (
          <Fact name={texts.completedAt}>
            <Instant at={completedAt} />
          </Fact>
        )}
      </Facts>
    </Section>
  )
}

const withReason = (name: string, reason: string | undefined) => (reason ? `${name}: ${reason}` : name)

function Audience({ campaign: { audience } }: { readonly campaign: Campaign }) {
  const texts = useTexts()
  const formats = useFormats()
  const isPeople = audience.kind === 'people'
  const departments = useQuery({
    ...departmentsQuery,
    enabled: isPeople && audience.departmentId !== undefined,
  })
  const doctors = useQuery({ ...doctorsQuery, enabled: isPeople && audience.doctorId !== undefined })
  const names = new Map([
    ...(departments.data?.items.map(({ departmentId, name }) => [departmentId, name] as const) ?? []),
    ...(doctors.data?.items.map(({ doctorId, name }) => [doctorId, name] as const) ?? []),
  ])
  const words = audienceInWords(audience, names, texts, formats)
  if (audience.kind !== 'failed of') return words
  return (
    <Link to="/campaigns/$campaignId" params={{ campaignId: audience.campaignId }} className={styles.link}>
      {words}
    </Link>
  )
}

function Text({ campaign: { texts: written } }: { readonly campaign: Campaign }) {
  const { campaign: texts, languages } = useTexts()
  if (!written) return null
  return (
    <Section title={texts.text}>
      {(['en', 'hi'] as const).map((language) => {
        const text = written[language]
        return (
          text && (
            <div key={language} lang={language}>
              <h3 className={styles.title}>
                {languages[language]}: {text.subject}
              </h3>
              <p className={styles.body}>{text.body}</p>
            </div>
          )
        )
      })}
    </Section>
  )
}
