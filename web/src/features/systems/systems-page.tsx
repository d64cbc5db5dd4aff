import { Tabs } from '@mantine/core'
import { Page } from '../../parts/page.tsx'
import { useTexts } from '../../texts/texts.ts'
import { Catalogue } from './catalogue.tsx'
import { Rejections } from './rejections.tsx'
import { SystemList } from './system-list.tsx'

/** Other systems: who may come, what was not taken, and what may be said. */
export function SystemsPage() {
  const { pages, systems: texts } = useTexts()
  return (
    <Page title={pages.systems} lead={texts.lead}>
      <Tabs defaultValue="systems" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="systems">{texts.tabs.systems}</Tabs.Tab>
          <Tabs.Tab value="rejections">{texts.tabs.rejections}</Tabs.Tab>
          <Tabs.Tab value="events">{texts.tabs.events}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="systems" pt="lg">
          <SystemList />
        </Tabs.Panel>
        <Tabs.Panel value="rejections" pt="lg">
          <Rejections />
        </Tabs.Panel>
        <Tabs.Panel value="events" pt="lg">
          <Catalogue />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}
