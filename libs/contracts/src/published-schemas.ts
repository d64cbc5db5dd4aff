import { hospitalEvents } from './events.ts'
import { intakeEvents } from './intake-events.ts'
import { intakeSchemaOf, jsonSchemaOf } from './json-schema.ts'

/**
 * Everything that is published at `/schemas/<name>/v1`, by its name: our events by their type, what other systems say as
 * `intake.<type>`.
 */
export const publishedSchemas: ReadonlyMap<string, Readonly<Record<string, unknown>>> = new Map([
  ...hospitalEvents.map((contract) => [contract.type, jsonSchemaOf(contract)] as const),
  ...intakeEvents.map((contract) => [`intake.${contract.type}`, intakeSchemaOf(contract)] as const),
])
