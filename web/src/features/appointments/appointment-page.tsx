import { Skeleton } from '@mantine/core'
import type { Appointment } from '@rounds/contracts/http'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { isRefused } from '../../http/problem.ts'
import { Back } from '../../parts/back.tsx'
import { Fact, Facts } from '../../parts/facts.tsx'
import { Instant } from '../../parts/instant.tsx'
import { NotFound } from '../../parts/not-found.tsx'
import { Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { Section } from '../../parts/section.tsx'
import { useTexts } from '../../texts/texts.ts'
import { postsOfQuery } from '../chat/chat-queries.ts'
import { PostTable } from '../chat/post-table.tsx'
import { useSession } from '../sign-in/use-session.ts'
import { appointmentQuery } from './appointment-queries.ts'
import { Findings } from './findings.tsx'
import { StatusBadge } from './status-badge.tsx'

const route = getRouteApi('/inside/appointments/$appointmentId')

/** One visit: where a link in a chat card leads. */
export function AppointmentPage() {
  const { pages, app, appointment: texts } = useTexts()
  const { appointmentId } = route.useParams()
  const found = useQuery(appointmentQuery(appointmentId))
  if (isRefused(found.error, 404) || isRefused(found.error, 400)) return <NotFound />
  return (
    <Page
      title={found.data ? texts.title(found.data.patient.name) : pages.appointments}
      above={<Back to="/appointments">{texts.back}</Back>}
    >
      {found.isPending && <Skeleton height={240} radius="lg" role="status" aria-label={app.loading} />}
      {found.isError && !found.data && (
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      )}
      {found.data && (
        <>
          <About appointment={found.data} />
          <Found appointment={found.data} />
          <Chat appointmentId={appointmentId} />
        </>
      )}
    </Page>
  )
}

function About({ appointment }: { readonly appointment: Appointment }) {
  const { appointment: texts, appointments } = useTexts()
  const { status, startsAt, minutes, patient, doctor, department, reason } = appointment
  return (
    <Section title={texts.about}>
      <Facts>
        <Fact name={texts.when}>
          <Instant at={startsAt} />, {appointments.minutes(minutes)}
        </Fact>
        <Fact name={appointments.status}>
          <StatusBadge status={status} />
        </Fact>
        <Fact name={appointments.patient}>
          {patient.name}, {patient.number}
        </Fact>
        <Fact name={appointments.doctor}>{doctor.name}</Fact>
        <Fact name={appointments.department}>{department.name}</Fact>
        {reason && <Fact name={appointments.reason}>{reason}</Fact>}
      </Facts>
    </Section>
  )
}

function Found({ appointment: { appointmentId, status } }: { readonly appointment: Appointment }) {
  const { appointment: texts } = useTexts()
  const { role } = useSession()
  if (role !== 'doctor' || status !== 'checked') return null
  return (
    <Section title={texts.found}>
      <Findings appointmentId={appointmentId} />
    </Section>
  )
}

function Chat({ appointmentId }: { readonly appointmentId: string }) {
  const { appointment: texts } = useTexts()
  const found = useQuery(postsOfQuery(appointmentId))
  const items = found.data?.items ?? []
  return (
    <Section title={texts.chat}>
      {found.isError && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.isSuccess && items.length === 0 && <span>{texts.chatNothing}</span>}
      {items.length > 0 && <PostTable items={items} isOfOne />}
    </Section>
  )
}
