import { Button, Select, Skeleton } from '@mantine/core'
import type { Campaign } from '@rounds/contracts/http'
import { IconFilterOff, IconMail, IconPlus } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Empty } from '../../parts/empty.tsx'
import { Instant } from '../../parts/instant.tsx'
import { ListNews } from '../../parts/list-news.tsx'
import { More } from '../../parts/more.tsx'
import { Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { useSteadyList } from '../../parts/steady-list.ts'
import { CardList, TitleCard } from '../../parts/title-card.tsx'
import { useTexts } from '../../texts/texts.ts'
import { CampaignBadge } from './campaign-badge.tsx'
import { CountsBar } from './campaign-counts.tsx'
import { campaignsQuery } from './campaign-queries.ts'
import { type CampaignSearch, campaignStates, readCampaignSearch } from './campaign-search.ts'
import styles from './campaigns-page.module.css'

const route = getRouteApi('/inside/campaigns')

export function CampaignsPage() {
  const { pages, campaigns: texts, campaignState } = useTexts()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const show = (next: CampaignSearch) => void navigate({ search: next, replace: true })
  return (
    <Page title={pages.campaigns} lead={texts.lead} actions={<New />}>
      <div className={styles.filters}>
        <Select
          label={texts.state}
          placeholder={texts.anyState}
          data={campaignStates.map((value) => ({ value, label: campaignState[value] }))}
          value={search.state ?? null}
          onChange={(state) => show(readCampaignSearch({ state }))}
          clearable
        />
        {search.state && (
          <Button
            variant="subtle"
            leftSection={<IconFilterOff size={17} aria-hidden />}
            onClick={() => show({})}
          >
            {texts.clear}
          </Button>
        )}
      </div>
      <Campaigns search={search} />
    </Page>
  )
}

function New() {
  return (
    <Button
      leftSection={<IconPlus size={18} aria-hidden />}
      renderRoot={(props) => <Link {...props} to="/campaigns/new" />}
    >
      {useTexts().campaigns.new}
    </Button>
  )
}

function Campaigns({ search }: { readonly search: CampaignSearch }) {
  const { app, campaigns: texts } = useTexts()
  const found = useInfiniteQuery(campaignsQuery(search))
  const items = found.data?.pages.flatMap((page) => page.items) ?? []
  const { shown, fresh, show } = useSteadyList(items, ({ campaignId }) => campaignId, JSON.stringify(search))
  if (found.isPending) return <Skeleton height={220} radius="lg" role="status" aria-label={app.loading} />
  if (found.isError && items.length === 0)
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
  if (items.length === 0)
    return (
      <div className={styles.surface}>
        <Empty icon={IconMail} title={texts.empty} detail={texts.emptyDetail} action={<New />} />
      </div>
    )
  return (
    <>
      {fresh > 0 && <ListNews fresh={fresh} onShow={show} isLive />}
      <CardList label={texts.listLabel}>
        {shown.map((campaign) => (
          <Card key={campaign.campaignId} campaign={campaign} />
        ))}
      </CardList>
      <More found={found} />
    </>
  )
}

function Card({ campaign }: { readonly campaign: Campaign }) {
  const { campaigns: texts, mailPurpose } = useTexts()
  const { campaignId, name, counts, createdBy, createdAt, purpose } = campaign
  return (
    <TitleCard
      title={
        <Link to="/campaigns/$campaignId" params={{ campaignId }}>
          {name}
        </Link>
      }
      badge={<CampaignBadge campaign={campaign} />}
      about={
        <>
          {mailPurpose[purpose]} · <Instant at={createdAt} /> {texts.madeBy(createdBy.name)}
        </>
      }
    >
      {counts ? (
        <CountsBar title={name} counts={counts} />
      ) : (
        <p className={styles.about}>{texts.nothingYet}</p>
      )}
    </TitleCard>
  )
}
