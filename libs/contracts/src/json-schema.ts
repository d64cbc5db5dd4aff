import { type EventContract, schemaNameOf } from './event.ts'
import { intakeSchemaNameOf } from './intake-events.ts'

/** The JSON Schema (2020-12) of an event's data, as published at `/schemas/<type>/v1`. */
export function jsonSchemaOf(contract: EventContract): Record<string, unknown> {
  return schema(contract, schemaNameOf(contract.type))
}

/** The same of what other systems say, as published at `/schemas/intake.<type>/v1`. */
export function intakeSchemaOf(contract: EventContract): Record<string, unknown> {
  return schema(contract, intakeSchemaNameOf(contract.type))
}

function schema(contract: EventContract, name: string): Record<string, unknown> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: name,
    title: contract.type,
    description: contract.when,
    // A plain copy: TypeBox's own markers are not part of what we publish.
    ...(JSON.parse(JSON.stringify(contract.data)) as Record<string, unknown>),
  }
}
