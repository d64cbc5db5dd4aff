import { Skeleton } from '@mantine/core'
import type { Chain, ChainEvent } from '@rounds/contracts/http'
import { IconBinaryTree } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { CSSProperties } from 'react'
import { useFormats } from '../../format/use-formats.ts'
import { isRefused } from '../../http/problem.ts'
import { Empty } from '../../parts/empty.tsx'
import { Fact, Facts } from '../../parts/facts.tsx'
import { Instant } from '../../parts/instant.tsx'
import { Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { Section } from '../../parts/section.tsx'
import { Table } from '../../parts/table.tsx'
import { useTexts } from '../../texts/texts.ts'
import styles from './chain-page.module.css'
import { chainQuery, chainsQuery } from './chain-queries.ts'
import { elapsed } from './elapsed.ts'

const oneRoute = getRouteApi('/inside/chains/$correlationId')
const listRoute = getRouteApi('/inside/chains')

/** Everything that one request, tick or message set off. */
export function ChainPage() {
  const { app, chains: texts } = useTexts()
  const { correlationId } = oneRoute.useParams()
  const found = useQuery(chainQuery(correlationId))
  const isUnknown = isRefused(found.error, 404) || isRefused(found.error, 400)
  return (
    <Page title={texts.title} lead={texts.lead}>
      {found.isPending && <Skeleton height={320} radius="lg" role="status" aria-label={app.loading} />}
      {isUnknown && <Unknown />}
      {found.isError && !isUnknown && !found.data && (
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      )}
      {found.data && <Tree chain={found.data} />}
    </Page>
  )
}

/** The chains in which something has a part: mostly one. */
export function ChainsPage() {
  const { app, chains: texts } = useTexts()
  const { instant, number } = useFormats()
  const { about = '' } = listRoute.useSearch()
  const found = useQuery(chainsQuery(about))
  const items = found.data?.items ?? []
  return (
    <Page title={texts.title} lead={about ? texts.about(about) : texts.lead}>
      {found.isLoading && <Skeleton height={160} radius="lg" role="status" aria-label={app.loading} />}
      {found.isError && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {!found.isLoading && !found.isError && items.length === 0 && <Unknown />}
      {items.length > 0 && (
        <Section title={texts.several}>
          <Table caption={texts.caption} head={[texts.startedAt, texts.startedBy, texts.events, texts.open]}>
            {items.map(({ correlationId, startedAt, startedBy, events }) => (
              <tr key={correlationId}>
                <td>
                  <Instant at={startedAt} />
                </td>
                <td>{startedBy}</td>
                <td>{number(events)}</td>
                <td>
                  <Link
                    to="/chains/$correlationId"
                    params={{ correlationId }}
                    className={styles.link}
                    aria-label={texts.openOf(startedBy, instant(startedAt))}
                  >
                    {texts.open}
                  </Link>
                </td>
              </tr>
            ))}
          </Table>
        </Section>
      )}
    </Page>
  )
}

function Unknown() {
  const { chains: texts } = useTexts()
  return (
    <div className={styles.surface}>
      <Empty icon={IconBinaryTree} title={texts.none} detail={texts.noneDetail} />
    </div>
  )
}

function Tree({ chain }: { readonly chain: Chain }) {
  const { chains: texts } = useTexts()
  const formats = useFormats()
  const { number } = formats
  const { correlationId, startedAt, endedAt, events, isWhole, counts } = chain
  return (
    <>
      <Facts>
        <Fact name={texts.began}>
          <Instant at={startedAt} />
        </Fact>
        <Fact name={texts.took}>{elapsed(Date.parse(endedAt) - Date.parse(startedAt), formats)}</Fact>
        <Fact name={texts.correlation} wide>
          <code className={styles.wrap}>{correlationId}</code>
        </Fact>
      </Facts>
      <Section title={texts.tree}>
        {!isWhole && <p className={styles.hint}>{texts.notWhole}</p>}
        <ol className={styles.tree}>
          {events.map((event) => (
            <Event key={event.eventId} event={event} />
          ))}
        </ol>
      </Section>
      <Section title={texts.counts}>
        <Table caption={texts.countsCaption} head={[texts.type, texts.count]}>
          {counts.map(({ type, count }) => (
            <tr key={type}>
              <td>{type}</td>
              <td>{number(count)}</td>
            </tr>
          ))}
        </Table>
      </Section>
    </>
  )
}

function Event({ event }: { readonly event: ChainEvent }) {
  const { chains: texts } = useTexts()
  const formats = useFormats()
  const { type, source, about, at, afterMs, depth, isOrphan, deadLetters } = event
  return (
    <li
      className={styles.event}
      data-top={depth === 0 ? '' : undefined}
      style={{ '--depth': depth } as CSSProperties}
    >
      <span className={styles.type}>{type}</span>
      <span className={styles.small}>
        <Instant at={at} /> · {afterMs === 0 ? texts.atOnce : texts.after(elapsed(afterMs, formats))} ·{' '}
        {texts.by(source.replace(/^\/rounds\//, ''))}
      </span>
      <code className={styles.small}>{about}</code>
      {isOrphan && <span className={styles.small}>{texts.orphan}</span>}
      {deadLetters.map(({ deadLetterId, consumer }) => (
        <Link
          key={deadLetterId}
          to="/dead-letters/$deadLetterId"
          params={{ deadLetterId }}
          className={styles.dead}
        >
          {texts.dead(consumer)}
        </Link>
      ))}
    </li>
  )
}
