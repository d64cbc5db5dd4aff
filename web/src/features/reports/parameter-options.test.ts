import { reportCatalogue } from '@rounds/contracts/http'
import { describe, expect, it } from 'vitest'
import { english } from '../../texts/english.ts'
import { parameterOptions } from './parameter-options.ts'
import type { ReportParameter } from './report-queries.ts'

describe('what may be chosen of a report’s parameter', () => {
  const lists = reportCatalogue.flatMap(({ report, parameters }) =>
    Object.entries(parameters.properties as Record<string, ReportParameter>).flatMap(([name, schema]) =>
      schema.anyOf ? [{ report, name, schema }] : [],
    ),
  )

  it.each(lists)('has words of its own: $report, $name', ({ name, schema }) => {
    const options = parameterOptions(name, schema, english)
    expect(options?.data.map(({ value }) => value)).toEqual(schema.anyOf?.map((one) => one.const))
    for (const { value, label } of options?.data ?? []) expect(label).not.toBe(value)
  })

  it('is shown as it is declared where there are no words', () => {
    const options = parameterOptions('ward', { description: 'Which ward', anyOf: [{ const: 'w1' }] }, english)
    expect(options).toMatchObject({ label: 'Which ward', data: [{ value: 'w1', label: 'w1' }] })
  })

  it('is nothing of a list where anything may be written', () => {
    expect(parameterOptions('doctorId', { description: 'Only this doctor' }, english)).toBeUndefined()
  })
})
