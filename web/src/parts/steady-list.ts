import { useState } from 'react'

interface Steady<Item> {
  readonly shown: readonly Item[]
  /** How many came since the reader saw the top of the list. */
  readonly fresh: number
}

/** A list, newest first, from the row on that stood at its top: what is new is counted, and pushes nothing away. */
export function steady<Item>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  top: string | undefined,
): Steady<Item> {
  const index = items.findIndex((item) => idOf(item) === top)
  return index > 0 ? { shown: items.slice(index), fresh: index } : { shown: items, fresh: 0 }
}

/**
 * Keeps a list that is read again and again still under its reader’s eyes, until they ask for what is new. `scope` is what was
 * searched for. What the reader made is shown at once.
 */
export function useSteadyList<Item>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  scope: string,
  isOwn: (item: Item) => boolean = () => false,
): Steady<Item> & { readonly show: () => void } {
  const [seen, setSeen] = useState<{ readonly scope: string; readonly top: string }>()
  const first = items[0] && idOf(items[0])
  const known = seen?.scope === scope ? steady(items, idOf, seen.top) : { shown: items, fresh: 0 }
  const isStill = known.fresh > 0 && !items.slice(0, known.fresh).some(isOwn)
  const top = isStill ? seen?.top : first
  if (top !== undefined && (seen?.top !== top || seen.scope !== scope)) setSeen({ scope, top })
  return {
    ...(isStill ? known : { shown: items, fresh: 0 }),
    show: () => first !== undefined && setSeen({ scope, top: first }),
  }
}
