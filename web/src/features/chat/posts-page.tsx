import { Button, Select, Skeleton, Tabs } from '@mantine/core'
import { IconMessageOff, IconMoodCheck } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Back } from '../../parts/back.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Filters } from '../../parts/filters.tsx'
import { ListNews } from '../../parts/list-news.tsx'
import { More } from '../../parts/more.tsx'
import { Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { useSteadyList } from '../../parts/steady-list.ts'
import { useTexts } from '../../texts/texts.ts'
import { postsQuery, spacesQuery } from './chat-queries.ts'
import { type PostSearch, postFiltersOf, postStates, readPostSearch } from './post-search.ts'
import { PostTable } from './post-table.tsx'
import styles from './posts-page.module.css'

const route = getRouteApi('/inside/chat/posts')

export function PostsPage() {
  const { posts: texts, space } = useTexts()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const show = (next: PostSearch) => void navigate({ search: next, replace: true })
  const list = (
    <>
      <PostFilters search={search} onChange={show} />
      <Posts search={search} onShow={show} />
    </>
  )
  return (
    <Page title={texts.title} lead={texts.lead} above={<Back to="/chat">{space.back}</Back>}>
      <Tabs
        value={search.tab ?? 'all'}
        onChange={(tab) => show(tab === 'doubt' ? { tab } : {})}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="all">{texts.tabs.all}</Tabs.Tab>
          <Tabs.Tab value="doubt">{texts.tabs.doubt}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="all" pt="lg">
          {list}
        </Tabs.Panel>
        <Tabs.Panel value="doubt" pt="lg">
          <p className={styles.lead}>{texts.doubtLead}</p>
          {list}
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}

interface SearchProps {
  readonly search: PostSearch
  readonly onChange: (search: PostSearch) => void
}

function PostFilters({ search, onChange }: SearchProps) {
  const { posts: texts, postState } = useTexts()
  const spaces = useQuery(spacesQuery).data?.items ?? []
  const { tab, ...filters } = search
  const change = (part: object) => onChange(readPostSearch({ ...search, ...part }))
  return (
    <Filters
      label={texts.filters}
      clear={texts.clear}
      isSet={Object.keys(filters).length > 0}
      onClear={() => onChange(tab ? { tab } : {})}
    >
      <Select
        label={texts.space}
        placeholder={texts.anySpace}
        data={spaces.map(({ spaceId, name }) => ({ value: spaceId, label: name }))}
        value={search.spaceId ?? null}
        onChange={(spaceId) => change({ spaceId })}
        searchable
        clearable
      />
      {tab !== 'doubt' && (
        <Select
          label={texts.state}
          placeholder={texts.anyState}
          data={postStates.map((value) => ({ value, label: postState[value] }))}
          value={search.state ?? null}
          onChange={(state) => change({ state })}
          clearable
        />
      )}
    </Filters>
  )
}

function Posts({ search, onShow }: { search: PostSearch; onShow: (search: PostSearch) => void }) {
  const { app, posts: texts } = useTexts()
  const found = useInfiniteQuery(postsQuery(postFiltersOf(search)))
  const items = found.data?.pages.flatMap((page) => page.items) ?? []
  const { tab, ...filters } = search
  const isDoubt = tab === 'doubt'
  const { shown, fresh, show } = useSteadyList(items, ({ postId }) => postId, JSON.stringify(search))
  if (found.isPending)
    return <Skeleton height={320} radius="lg" role="status" aria-label={app.loading} mt="md" />
  if (found.isError && items.length === 0)
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
  if (items.length === 0)
    return (
      <div className={styles.surface}>
        <Empty
          icon={isDoubt ? IconMoodCheck : IconMessageOff}
          title={isDoubt ? texts.doubtEmpty : texts.empty}
          detail={isDoubt ? texts.doubtEmptyDetail : texts.emptyDetail}
          action={
            Object.keys(filters).length > 0 && (
              <Button onClick={() => onShow(tab ? { tab } : {})}>{texts.clear}</Button>
            )
          }
        />
      </div>
    )
  return (
    <div className={styles.list}>
      <ListNews fresh={fresh} onShow={show} />
      <PostTable items={shown} />
      <More found={found} saysAll />
    </div>
  )
}
