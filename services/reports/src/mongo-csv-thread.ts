import { serveCsvThread } from './csv-thread.ts'
import { rawEncoder } from './export-report/csv/raw/raw-encoder.ts'
import { documentOf } from './mongo-documents.ts'

serveCsvThread((columns, options) => rawEncoder(columns, options, documentOf))
