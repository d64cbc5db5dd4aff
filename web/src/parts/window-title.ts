import { createContext, use } from 'react'

/** How far the running report is, for the title of the window: a tab in the background shows nothing else. */
export const PercentContext = createContext<number | undefined>(undefined)

export const usePercent = () => use(PercentContext)
