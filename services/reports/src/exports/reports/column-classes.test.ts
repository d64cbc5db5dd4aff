import { classOf } from '@rounds/contracts'
import { describe, expect, it } from 'vitest'
import { computedValues } from '../../csv/computed-values.ts'
import { allReports } from './all-reports.ts'

describe('the class of a column', () => {
  const columns = allReports.flatMap(({ declaration, collection, paths, computed = {}, stages }) =>
    declaration.columns.map((column) => {
      const name = computed[column.id]
      const from = name ? computedValues[name].from : [paths[column.id] ?? '']
      return { report: declaration.report, column, collection, from, isCounted: stages !== undefined }
    }),
  )

  // Of what is counted, the rows are no documents any more.
  it.each(columns.filter(({ isCounted }) => !isCounted))(
    '$report $column.id is that of the field it shows',
    ({ column, collection, from }) => {
      for (const path of from) expect([path, classOf(collection, path)]).toEqual([path, column.class])
    },
  )

  it.each(columns.filter(({ isCounted }) => isCounted))(
    '$report $column.id, which is counted, is administrative',
    ({ column }) => expect(column.class).toBe('administrative'),
  )
})
