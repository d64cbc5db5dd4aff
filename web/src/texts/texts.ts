import { createContext, use } from 'react'
import { english } from './english.ts'

/** Another language is another constant of this type: a text it lacks does not compile. */
export type Texts = typeof english

export const TextsContext = createContext<Texts>(english)

/** The texts of the reader's language. */
export const useTexts = (): Texts => use(TextsContext)
