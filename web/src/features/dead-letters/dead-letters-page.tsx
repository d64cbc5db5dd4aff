import { Button, Skeleton } from '@mantine/core'
import type { DeadLetter, DeadLetterCounts } from '@rounds/contracts/http'
import { IconDownload, IconMoodCheck } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useFormats } from '../../format/use-formats.ts'
import { Empty } from '../../parts/empty.tsx'
import { Instant } from '../../parts/instant.tsx'
import { ListNews } from '../../parts/list-news.tsx'
import { More } from '../../parts/more.tsx'
import { Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { Section } from '../../parts/section.tsx'
import { useSteadyList } from '../../parts/steady-list.ts'
import { Table } from '../../parts/table.tsx'
import { useTexts } from '../../texts/texts.ts'
import { useSession } from '../sign-in/use-session.ts'
import { BulkActions } from './bulk-actions.tsx'
import { DeadLetterFilters } from './dead-letter-filters.tsx'
import { deadLetterCountsQuery, deadLettersQuery, exportAddress } from './dead-letter-queries.ts'
import type { DeadLetterSearch } from './dead-letter-search.ts'
import styles from './dead-letters-page.module.css'
import { ReplayRuns } from './replay-runs.tsx'
import { RoundTrips } from './round-trips.tsx'
import { StateBadge } from './state-badge.tsx'

const route = getRouteApi('/inside/dead-letters')

export function DeadLettersPage() {
  const { pages, deadLetters: texts } = useTexts()
  const isAdmin = useSession().role === 'admin'
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const show = (next: DeadLetterSearch) => void navigate({ search: next, replace: true })
  return (
    <Page
      title={pages.deadLetters}
      lead={texts.lead}
      actions={
        isAdmin && (
          <Button
            variant="default"
            component="a"
            href={exportAddress(search)}
            download
            leftSection={<IconDownload size={17} aria-hidden />}
          >
            {texts.download}
          </Button>
        )
      }
    >
      <Groups onShow={show} />
      <DeadLetterFilters search={search} onChange={show} />
      {isAdmin && <BulkActions search={search} />}
      <List search={search} onShow={show} />
      <ReplayRuns />
      <RoundTrips />
    </Page>
  )
}

/** What lies open, most first: mending a group is one click away. */
function Groups({ onShow }: { readonly onShow: (search: DeadLetterSearch) => void }) {
  const { deadLetters: texts } = useTexts()
  const groups = useQuery(deadLetterCountsQuery).data?.groups ?? []
  if (groups.length === 0) return null
  return (
    <Section title={texts.groups}>
      <Table
        caption={texts.groupsCaption}
        head={[texts.consumer, texts.type, texts.reason, texts.count, texts.oldest, texts.show]}
      >
        {groups.map((group) => (
          <Group
            key={JSON.stringify([group.kind, group.consumer, group.type, group.reason])}
            {...{ group, onShow }}
          />
        ))}
      </Table>
    </Section>
  )
}

interface GroupProps {
  readonly group: DeadLetterCounts['groups'][number]
  readonly onShow: (search: DeadLetterSearch) => void
}

function Group({ group: { kind, consumer, type, reason, count, oldestAt }, onShow }: GroupProps) {
  const { deadLetters: texts, deadLetterKind } = useTexts()
  const { number } = useFormats()
  return (
    <tr>
      <td>
        {consumer}
        {kind !== 'letter' && <span className={styles.small}>{deadLetterKind[kind]}</span>}
      </td>
      <td>{type}</td>
      <td className={styles.what}>
        <span className={styles.reason}>{reason}</span>
      </td>
      <td>{number(count)}</td>
      <td>
        <Instant at={oldestAt} />
      </td>
      <td>
        <Button
          size="compact-sm"
          variant="subtle"
          aria-label={texts.showOf(consumer, reason)}
          onClick={() => onShow({ state: 'open', kind, consumer, type, reason: reason.slice(0, 200) })}
        >
          {texts.show}
        </Button>
      </td>
    </tr>
  )
}

interface ListProps {
  readonly search: DeadLetterSearch
  readonly onShow: (search: DeadLetterSearch) => void
}

function List({ search, onShow }: ListProps) {
  const { app, deadLetters: texts } = useTexts()
  const { zoneLabel } = useFormats()
  const found = useInfiniteQuery(deadLettersQuery(search))
  const items = found.data?.pages.flatMap((page) => page.items) ?? []
  const { shown, fresh, show } = useSteadyList(
    items,
    ({ deadLetterId }) => deadLetterId,
    JSON.stringify(search),
  )
  if (found.isPending) return <Skeleton height={320} radius="lg" role="status" aria-label={app.loading} />
  if (found.isError && items.length === 0)
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
  if (items.length === 0)
    return (
      <div className={styles.surface}>
        <Empty
          icon={IconMoodCheck}
          title={texts.empty}
          detail={texts.emptyDetail}
          action={Object.keys(search).length > 0 && <Button onClick={() => onShow({})}>{texts.clear}</Button>}
        />
      </div>
    )
  return (
    <div className={styles.list}>
      <ListNews fresh={fresh} onShow={show} />
      <Table
        caption={texts.caption}
        head={[
          texts.when(zoneLabel(new Date())),
          texts.what,
          texts.consumer,
          texts.reason,
          texts.state,
          texts.look,
        ]}
      >
        {shown.map((letter) => (
          <Row key={letter.deadLetterId} letter={letter} />
        ))}
      </Table>
      <More found={found} saysAll />
    </div>
  )
}

function Row({ letter }: { readonly letter: DeadLetter }) {
  const { deadLetters: texts, deadLetterKind } = useTexts()
  const { deadLetterId, kind, state, consumer, type, reason, diedAt, about } = letter
  return (
    <tr>
      <td>
        <Instant at={diedAt} />
      </td>
      <td className={styles.what}>
        {type}
        <span className={styles.small}>{kind === 'letter' ? about : deadLetterKind[kind]}</span>
      </td>
      <td>{consumer}</td>
      <td className={styles.what}>
        <span className={styles.reason}>{reason}</span>
      </td>
      <td>
        <StateBadge state={state} />
      </td>
      <td>
        <Link
          to="/dead-letters/$deadLetterId"
          params={{ deadLetterId }}
          className={styles.link}
          aria-label={texts.lookOf(type, consumer)}
        >
          {texts.look}
        </Link>
      </td>
    </tr>
  )
}
