import { Button, Skeleton } from '@mantine/core'
import type { Fire, Schedule } from '@rounds/contracts/http'
import { IconBolt, IconPencil, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useFormats } from '../../format/use-formats.ts'
import { isRefused } from '../../http/problem.ts'
import { Back } from '../../parts/back.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { Fact, Facts } from '../../parts/facts.tsx'
import { Instant } from '../../parts/instant.tsx'
import { More } from '../../parts/more.tsx'
import { NotFound } from '../../parts/not-found.tsx'
import { Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { ReasonDialog } from '../../parts/reason-dialog.tsx'
import { Section } from '../../parts/section.tsx'
import { Table } from '../../parts/table.tsx'
import { useTexts } from '../../texts/texts.ts'
import { useSession } from '../sign-in/use-session.ts'
import { FiresTable } from './fires-table.tsx'
import { OutcomeBadge } from './outcome-badge.tsx'
import styles from './schedule-page.module.css'
import { firesQuery, scheduleQuery } from './schedule-queries.ts'
import { StateBadge } from './schedules-page.tsx'
import { useScheduleActs } from './use-schedule-acts.ts'

const route = getRouteApi('/inside/schedules/$scheduleId')

export function SchedulePage() {
  const { pages, app, schedule: texts } = useTexts()
  const isAdmin = useSession().role === 'admin'
  const { scheduleId } = route.useParams()
  const found = useQuery(scheduleQuery(scheduleId))
  if (isRefused(found.error, 404) || isRefused(found.error, 400)) return <NotFound />
  return (
    <Page
      title={found.data?.name ?? pages.schedule}
      above={<Back to="/schedules">{texts.back}</Back>}
      lead={found.data && <Lead schedule={found.data} />}
      actions={isAdmin && found.data && <Actions schedule={found.data} />}
    >
      {found.isPending && <Skeleton height={320} radius="lg" role="status" aria-label={app.loading} />}
      {found.isError && !found.data && (
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      )}
      {found.data && (
        <>
          <Next schedule={found.data} />
          <History scheduleId={scheduleId} />
          <About schedule={found.data} />
          <Changes schedule={found.data} />
        </>
      )}
    </Page>
  )
}

const Lead = ({ schedule }: { readonly schedule: Schedule }) => (
  <>
    <StateBadge isPaused={schedule.paused !== undefined} /> {schedule.words.en} · {schedule.zone}
  </>
)

type Asking = 'run' | 'pause' | 'remove'

function Actions({ schedule }: { readonly schedule: Schedule }) {
  const { schedule: texts } = useTexts()
  const { scheduleId, paused } = schedule
  const [asking, setAsking] = useState<Asking>()
  const { run, resume, remove, isBusy } = useScheduleActs(schedule)
  const navigate = useNavigate()
  const close = () => setAsking(undefined)
  return (
    <>
      <Button leftSection={<IconBolt size={17} aria-hidden />} onClick={() => setAsking('run')}>
        {texts.runNow}
      </Button>
      <Button
        variant="default"
        leftSection={<IconPencil size={17} aria-hidden />}
        renderRoot={(props) => <Link {...props} to="/schedules/$scheduleId/edit" params={{ scheduleId }} />}
      >
        {texts.edit}
      </Button>
      {paused ? (
        <Button
          variant="default"
          loading={isBusy}
          leftSection={<IconPlayerPlay size={17} aria-hidden />}
          onClick={() => void resume().catch(() => {})}
        >
          {texts.resume}
        </Button>
      ) : (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={17} aria-hidden />}
          onClick={() => setAsking('pause')}
        >
          {texts.pause}
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<IconTrash size={17} aria-hidden />}
        onClick={() => setAsking('remove')}
      >
        {texts.remove}
      </Button>
      {asking === 'remove' && (
        <Confirm
          title={texts.removeTitle}
          what={schedule.name}
          detail={texts.removeDetail}
          yes={texts.removeYes}
          no={texts.no}
          isDestructive
          onYes={async () => {
            await remove()
            await navigate({ to: '/schedules' })
          }}
          onClose={close}
        />
      )}
      {asking === 'run' && (
        <Confirm
          title={texts.runTitle}
          what={schedule.name}
          detail={texts.runDetail}
          yes={texts.runYes}
          no={texts.no}
          onYes={run}
          onClose={close}
        />
      )}
      {asking === 'pause' && <PauseDialog schedule={schedule} onClose={close} />}
    </>
  )
}

function PauseDialog({ schedule, onClose }: { schedule: Schedule; onClose: () => void }) {
  const { schedule: texts } = useTexts()
  const { pause } = useScheduleActs(schedule)
  return (
    <ReasonDialog
      title={texts.pauseTitle}
      what={schedule.name}
      detail={texts.pauseDetail}
      yes={texts.pauseYes}
      no={texts.no}
      label={texts.reason}
      hint={texts.reasonHint}
      shortest={1}
      onYes={pause}
      onClose={onClose}
    />
  )
}

function Next({ schedule: { next, zone, paused } }: { readonly schedule: Schedule }) {
  const { schedule: texts, schedules } = useTexts()
  return (
    <Section title={texts.nextTitle}>
      {paused && (
        <p className={styles.paused}>
          {schedules.pausedBy(paused.by.name, paused.reason)} (<Instant at={paused.at} />)
        </p>
      )}
      {next.length > 0 ? (
        <FiresTable caption={texts.nextCaption} zone={zone} fires={next} />
      ) : (
        <p className={styles.hint}>{paused ? texts.noNextPaused : texts.noNext}</p>
      )}
    </Section>
  )
}

function History({ scheduleId }: { readonly scheduleId: string }) {
  const { app, schedule: texts } = useTexts()
  const found = useInfiniteQuery(firesQuery(scheduleId))
  const items = found.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Section title={texts.history}>
      {found.isPending && <Skeleton height={120} radius="lg" role="status" aria-label={app.loading} />}
      {found.isError && items.length === 0 && (
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      )}
      {found.isSuccess && items.length === 0 && <p className={styles.hint}>{texts.noHistory}</p>}
      {items.length > 0 && (
        <Table caption={texts.historyCaption} head={[texts.due, texts.by, texts.outcome, texts.result]}>
          {items.map((fire) => (
            <FireRow key={fire.fireId} fire={fire} />
          ))}
        </Table>
      )}
      <More found={found} />
    </Section>
  )
}

/** Shorter than this is how long it takes to decide. */
const lateFromMs = 1_000

function FireRow({ fire }: { readonly fire: Fire }) {
  const { schedule: texts } = useTexts()
  const { duration } = useFormats()
  const { due, by, outcome, lateMs, reason } = fire
  return (
    <tr>
      <td>
        <Instant at={due} />
      </td>
      <td>{texts.byWhom[by]}</td>
      <td>
        <OutcomeBadge outcome={outcome} />
        {outcome === 'late' && lateMs >= lateFromMs && (
          <span className={styles.small}>{texts.late(duration(lateMs))}</span>
        )}
        {reason && <span className={styles.small}>{reason}</span>}
      </td>
      <td>
        <Result fire={fire} />
      </td>
    </tr>
  )
}

/** What came of it: a report, or mails. */
function Result({ fire: { fireId, jobId, batch } }: { readonly fire: Fire }) {
  const { schedule: texts } = useTexts()
  const { number } = useFormats()
  return (
    <>
      {jobId && (
        <Link to="/reports/$jobId" params={{ jobId }} className={styles.link}>
          {texts.report}
        </Link>
      )}
      {batch && (
        <>
          <Link to="/deliveries" search={{ batchId: fireId }} className={styles.link}>
            {texts.batch(number(batch.ended), number(batch.expected))}
          </Link>
          {batch.failed > 0 && <span className={styles.bad}>{texts.failed(number(batch.failed))}</span>}
        </>
      )}
    </>
  )
}

function About({ schedule }: { readonly schedule: Schedule }) {
  const { schedule: texts, scheduleEditor, schedulePurpose } = useTexts()
  const { purpose, expression, zone, catchUp, overlap, createdBy, updatedBy, updatedAt, version } = schedule
  const { parameters } = schedule
  return (
    <Section title={texts.about}>
      <Facts>
        <Fact name={texts.purpose}>{schedulePurpose[purpose]}</Fact>
        {parameters.offsets && (
          <Fact name={scheduleEditor.offsets}>
            {parameters.offsets.map((one) => scheduleEditor.offsetNames[one]).join(', ')}
          </Fact>
        )}
        {parameters.report && <Fact name={scheduleEditor.report}>{parameters.report}</Fact>}
        {parameters.recipients && (
          <Fact name={scheduleEditor.recipients}>{parameters.recipients.join(', ')}</Fact>
        )}
        {parameters.campaign && <Fact name={scheduleEditor.campaignName}>{parameters.campaign.name}</Fact>}
        <Fact name={texts.expression}>
          <code>{expression}</code>
        </Fact>
        <Fact name={texts.zone}>{zone}</Fact>
        <Fact name={texts.catchUp}>
          {scheduleEditor.catchUps[catchUp.policy]}. {scheduleEditor.window}: {catchUp.windowMinutes}{' '}
          {scheduleEditor.windowMinutes}
        </Fact>
        <Fact name={texts.overlap}>{scheduleEditor.overlaps[overlap]}</Fact>
        <Fact name={texts.createdBy}>{createdBy.name}</Fact>
        <Fact name={texts.updatedBy}>{updatedBy.name}</Fact>
        <Fact name={texts.updatedAt}>
          <Instant at={updatedAt} />
        </Fact>
        <Fact name={texts.version}>{version}</Fact>
      </Facts>
    </Section>
  )
}

function Changes({ schedule: { changes } }: { readonly schedule: Schedule }) {
  const { schedule: texts } = useTexts()
  if (changes.length === 0) return null
  return (
    <Section title={texts.changes}>
      <Table caption={texts.changesCaption} head={[texts.when, texts.who, texts.did]}>
        {changes.map(({ at, by, did, fields }) => (
          <tr key={`${at} ${did}`}>
            <td>
              <Instant at={at} />
            </td>
            <td>{by.name}</td>
            <td>
              {texts.deeds[did]}
              {fields.map(({ field, from, to }) => (
                <span key={field} className={styles.small}>
                  {texts.fields[field] ?? field}: {from === '' ? '' : `${from} → `}
                  {to}
                </span>
              ))}
            </td>
          </tr>
        ))}
      </Table>
    </Section>
  )
}
