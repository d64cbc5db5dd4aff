import { NotFound } from '../parts/not-found.tsx'

/** An address that means nothing. */
export const NotFoundPage = () => (
  <main style={{ padding: '4rem 1.5rem' }}>
    <NotFound />
  </main>
)
