import { createContext, use } from 'react'
import { type Formats, formats } from './formats.ts'

export const FormatsContext = createContext<Formats>(formats({ locale: 'en-IN', zone: 'Asia/Kolkata' }))

/** How this hospital writes numbers, days and times. */
export const useFormats = (): Formats => use(FormatsContext)
