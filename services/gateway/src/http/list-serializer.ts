import SerializerSelector from '@fastify/fast-json-stringify-compiler'
import { problem } from '@rounds/contracts'
import type { FastifyInstance } from 'fastify'
import { brokenRecord, idOf } from './pagination.ts'

type Serialize = (value: unknown) => string

interface ListSchema {
  readonly properties?: { readonly items?: { readonly items?: object }; readonly broken?: object }
}

/**
 * A list with one record that does not fit its schema (a field that is missing, a word that no longer exists) is answered with the
 * others, and the record named apart. Looked for only when the whole list cannot be written.
 */
export function skipBrokenRecords(app: FastifyInstance): void {
  const compile = SerializerSelector()({ Problem: problem }, {})
  app.setSerializerCompiler((route) => {
    const whole: Serialize = compile(route as never)
    const { properties } = route.schema as ListSchema
    const item = properties?.items?.items
    if (!item || !properties.broken) return whole
    const one: Serialize = compile({ ...route, schema: item } as never)
    return (list) => {
      try {
        return whole(list)
      } catch {
        return whole(withoutBroken(list as List, one))
      }
    }
  })
}

interface List {
  readonly items: readonly object[]
  readonly broken?: readonly object[]
}

function withoutBroken(list: List, write: Serialize): List {
  const isWritable = (item: object) => {
    try {
      write(item)
      return true
    } catch {
      return false
    }
  }
  const { true: items = [], false: others = [] } = Object.groupBy(list.items, (item) => `${isWritable(item)}`)
  return {
    ...list,
    items,
    broken: [...(list.broken ?? []), ...others.map((item) => brokenRecord(idOf(item)))],
  }
}
