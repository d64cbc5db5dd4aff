import { type EventContract, schemaNameOf } from './event.ts'

/** The JSON Schema (2020-12) of an event's data, as published at `/schemas/<type>/v1`. */
export function jsonSchemaOf(contract: EventContract): Record<string, unknown> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: schemaNameOf(contract.type),
    title: contract.type,
    description: contract.when,
    // A plain copy: TypeBox's own markers are not part of what we publish.
    ...(JSON.parse(JSON.stringify(contract.data)) as Record<string, unknown>),
  }
}
