import { Button, Skeleton } from '@mantine/core'
import type { DeadLetterOpened } from '@rounds/contracts/http'
import { IconArchive, IconArrowBackUp } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useFormats } from '../../format/use-formats.ts'
import { isRefused } from '../../http/problem.ts'
import { Back } from '../../parts/back.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { Fact, Facts } from '../../parts/facts.tsx'
import { Instant } from '../../parts/instant.tsx'
import { NotFound } from '../../parts/not-found.tsx'
import { Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { RawText } from '../../parts/raw-text.tsx'
import { ReasonDialog } from '../../parts/reason-dialog.tsx'
import { Section } from '../../parts/section.tsx'
import { Table } from '../../parts/table.tsx'
import { useTexts } from '../../texts/texts.ts'
import { useSession } from '../sign-in/use-session.ts'
import styles from './dead-letter-page.module.css'
import { deadLetterQuery } from './dead-letter-queries.ts'
import { FaultList } from './fault-list.tsx'
import { MendForm } from './mend-form.tsx'
import { StateBadge } from './state-badge.tsx'
import { useDeadLetterActs } from './use-dead-letter-acts.ts'

const route = getRouteApi('/inside/dead-letters/$deadLetterId')

interface LetterProps {
  readonly letter: DeadLetterOpened
}

export function DeadLetterPage() {
  const { app, deadLetter: texts } = useTexts()
  const isAdmin = useSession().role === 'admin'
  const { deadLetterId } = route.useParams()
  const found = useQuery(deadLetterQuery(deadLetterId))
  if (isRefused(found.error, 404) || isRefused(found.error, 400)) return <NotFound />
  const letter = found.data
  const mayMend = isAdmin && letter?.state === 'open' && letter.kind === 'letter'
  return (
    <Page
      title={texts.title}
      above={<Back to="/dead-letters">{texts.back}</Back>}
      lead={letter && <Lead letter={letter} />}
      actions={isAdmin && letter?.state === 'open' && <Actions letter={letter} />}
    >
      {found.isPending && <Skeleton height={320} radius="lg" role="status" aria-label={app.loading} />}
      {found.isError && !letter && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {letter && (
        <>
          <Why letter={letter} />
          <Decided letter={letter} />
          {letter.kind === 'letter' && <Content letter={letter} />}
          {mayMend && <MendForm letter={letter} />}
        </>
      )}
    </Page>
  )
}

function Lead({ letter: { state, kind, type, consumer } }: LetterProps) {
  const { deadLetterKind } = useTexts()
  return (
    <>
      <StateBadge state={state} /> {deadLetterKind[kind]} · {type} · {consumer}
    </>
  )
}

function Actions({ letter }: LetterProps) {
  const { deadLetter: texts } = useTexts()
  const [asking, setAsking] = useState<'replay' | 'discard'>()
  const { replay } = useDeadLetterActs(letter.deadLetterId)
  const close = () => setAsking(undefined)
  return (
    <>
      {letter.kind === 'letter' && !letter.isCut && (
        <Button leftSection={<IconArrowBackUp size={17} aria-hidden />} onClick={() => setAsking('replay')}>
          {texts.replay}
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<IconArchive size={17} aria-hidden />}
        onClick={() => setAsking('discard')}
      >
        {texts.discard}
      </Button>
      {asking === 'replay' && (
        <Confirm
          title={texts.replayTitle}
          what={`${letter.type} → ${letter.consumer}`}
          detail={texts.replayDetail}
          yes={texts.replayYes}
          no={texts.no}
          onYes={() => replay()}
          onClose={close}
        />
      )}
      {asking === 'discard' && <DiscardDialog letter={letter} onClose={close} />}
    </>
  )
}

function DiscardDialog({ letter, onClose }: LetterProps & { readonly onClose: () => void }) {
  const { deadLetter: texts } = useTexts()
  const { discard } = useDeadLetterActs(letter.deadLetterId)
  return (
    <ReasonDialog
      title={texts.discardTitle}
      what={`${letter.type} → ${letter.consumer}`}
      detail={texts.discardDetail}
      yes={texts.discardYes}
      no={texts.no}
      isDestructive
      label={texts.reason}
      hint={texts.reasonHint}
      shortest={1}
      onYes={discard}
      onClose={onClose}
    />
  )
}

function Why({ letter }: LetterProps) {
  const { deadLetter: texts } = useTexts()
  const { number } = useFormats()
  const { kind, reason, faults, deliveries, firstAt, diedAt, consumer, service, stream, sequence } = letter
  return (
    <Section title={texts.why}>
      <p className={styles.reason}>{reason}</p>
      {kind !== 'letter' && <p className={styles.hint}>{texts.advisory[kind]}</p>}
      {kind === 'letter' && faults.length === 0 && <p className={styles.hint}>{texts.noFaults}</p>}
      {faults.length > 0 && <FaultList title={texts.faults} faults={faults} />}
      <Facts>
        <Fact name={texts.deliveries}>{number(deliveries)}</Fact>
        <Fact name={texts.firstAt}>
          <Instant at={firstAt} />
        </Fact>
        <Fact name={texts.diedAt}>
          <Instant at={diedAt} />
        </Fact>
        <Fact name={texts.consumer}>{consumer}</Fact>
        <Fact name={texts.service}>{service}</Fact>
        <Fact name={texts.place}>
          {stream} {number(sequence)}
        </Fact>
        <About letter={letter} />
      </Facts>
    </Section>
  )
}

function About({ letter: { eventId, about, correlationId, replayOf, letterId } }: LetterProps) {
  const { deadLetter: texts } = useTexts()
  return (
    <>
      {eventId && (
        <Fact name={texts.eventId}>
          <code className={styles.wrap}>{eventId}</code>
        </Fact>
      )}
      {about && (
        <Fact name={texts.about}>
          <code className={styles.wrap}>{about}</code>
        </Fact>
      )}
      {correlationId && (
        <Fact name={texts.chain}>
          <Link
            to="/chains/$correlationId"
            params={{ correlationId }}
            className={`${styles.link} ${styles.wrap}`}
          >
            {correlationId}
          </Link>
        </Fact>
      )}
      {replayOf && (
        <Fact name={texts.replayOf}>
          <Link to="/dead-letters/$deadLetterId" params={{ deadLetterId: replayOf }} className={styles.link}>
            {texts.earlier}
          </Link>
        </Fact>
      )}
      {letterId && (
        <Fact name={texts.message}>
          <Link to="/dead-letters/$deadLetterId" params={{ deadLetterId: letterId }} className={styles.link}>
            {texts.letter}
          </Link>
        </Fact>
      )}
    </>
  )
}

function Decided({ letter: { replay, discard } }: LetterProps) {
  const { deadLetter: texts } = useTexts()
  if (!replay && !discard) return null
  return (
    <Section title={texts.decided}>
      {replay && (
        <p className={styles.wrap}>
          {texts.replayedAs[replay.as]} · {replay.by.name} · <Instant at={replay.at} /> ·{' '}
          {replay.sentAt ? (
            <>
              {texts.withBroker} <Instant at={replay.sentAt} />
            </>
          ) : (
            texts.onItsWay
          )}
          {replay.eventId && (
            <>
              {' '}
              · <code>{replay.eventId}</code>
            </>
          )}
        </p>
      )}
      {discard && (
        <p className={styles.wrap}>
          {texts.discardedFor} · {discard.by.name} · <Instant at={discard.at} /> · {discard.reason}
        </p>
      )}
    </Section>
  )
}

function Content({ letter }: LetterProps) {
  const { deadLetter: texts } = useTexts()
  const { bytes } = useFormats()
  const { data, raw, headers, isCut } = letter
  return (
    <Section title={texts.carries}>
      {raw === undefined && <p className={styles.hint}>{texts.onlyAdmins}</p>}
      {isCut && <p className={styles.hint}>{texts.cut}</p>}
      {raw !== undefined && data === undefined && <p className={styles.hint}>{texts.notJson}</p>}
      {data !== undefined && <RawText>{JSON.stringify(data, null, 2)}</RawText>}
      {raw !== undefined && data === undefined && <RawText>{raw}</RawText>}
      <Facts>
        <Fact name={texts.bytes}>{bytes(letter.bytes)}</Fact>
      </Facts>
      {headers && headers.length > 0 && (
        <Table caption={texts.headersCaption} head={[texts.name, texts.value]}>
          {headers.map(({ name, value }) => (
            <tr key={name}>
              <td>
                <code>{name}</code>
              </td>
              <td className={styles.wrap}>{value}</td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  )
}
