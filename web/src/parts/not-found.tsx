import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTexts } from '../texts/texts.ts'
import { Page } from './page.tsx'

/** Missing, somebody else's, or never there: which of them, nobody is told. */
export function NotFound() {
  const { pages, notFound } = useTexts()
  return (
    <Page narrow title={pages.notFound} lead={notFound.detail}>
      <div>
        <Button component={Link} to="/">
          {notFound.home}
        </Button>
      </div>
    </Page>
  )
}
