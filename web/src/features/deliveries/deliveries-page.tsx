import { Tabs } from '@mantine/core'
import type { Delivery } from '@rounds/contracts/http'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { Page } from '../../parts/page.tsx'
import { useTexts } from '../../texts/texts.ts'
import { useSession } from '../sign-in/use-session.ts'
import styles from './deliveries-page.module.css'
import { DeliveryDrawer } from './delivery-drawer.tsx'
import { DeliveryFilters } from './delivery-filters.tsx'
import { DeliveryList } from './delivery-list.tsx'
import type { DeliverySearch, KnownText } from './delivery-search.ts'
import { Suppressions } from './suppressions.tsx'

const adminTabs = ['all', 'doubt', 'suppressions'] as const
const opsTabs = ['all', 'doubt'] as const

const route = getRouteApi('/inside/deliveries')

export function DeliveriesPage() {
  const { pages, deliveries: texts } = useTexts()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const show = (next: DeliverySearch) => void navigate({ search: next, replace: true })
  // Operations see no addresses, and the list of the suppressed is nothing else.
  const tabs = useSession().role === 'admin' ? adminTabs : opsTabs
  const [opened, setOpened] = useState<Delivery>()
  const [known, setKnown] = useState<KnownText>()
  const list = (
    <>
      <DeliveryFilters search={search} known={known} onChange={show} onKnown={setKnown} />
      <DeliveryList search={search} known={known} onOpen={setOpened} onShow={show} />
    </>
  )
  return (
    <Page title={pages.deliveries} lead={texts.lead}>
      <Tabs
        value={search.tab ?? 'all'}
        onChange={(tab) => show(tab === 'doubt' || tab === 'suppressions' ? { tab } : {})}
        keepMounted={false}
      >
        <Tabs.List>
          {tabs.map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {texts.tabs[tab]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="all" pt="lg">
          {list}
        </Tabs.Panel>
        <Tabs.Panel value="doubt" pt="lg">
          <p className={styles.lead}>{texts.doubtLead}</p>
          {list}
        </Tabs.Panel>
        <Tabs.Panel value="suppressions" pt="lg">
          <Suppressions />
        </Tabs.Panel>
      </Tabs>
      {opened && <DeliveryDrawer delivery={opened} onClose={() => setOpened(undefined)} />}
    </Page>
  )
}
