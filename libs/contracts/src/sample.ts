interface Shape {
  readonly type?: string
  readonly const?: unknown
  readonly anyOf?: readonly Shape[]
  readonly format?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly items?: Shape
  readonly minItems?: number
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
}

/** Something that fits a schema, for people to look at: optional fields included, and nothing in it is anybody's. */
export function sampleOf(schema: object, name = 'sample'): unknown {
  const shape = schema as Shape
  if (shape.const !== undefined) return shape.const
  if (shape.anyOf) return sampleOf(shape.anyOf[0] ?? {}, name)
  switch (shape.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(shape.properties ?? {}).map(([field, one]) => [field, sampleOf(one, field)]),
      )
    case 'array':
      return [sampleOf(shape.items ?? {}, name)]
    case 'integer':
    case 'number':
      return Math.max(shape.minimum ?? 0, 15)
    case 'boolean':
      return true
    default:
      return formats[shape.format ?? ''] ?? words[name] ?? textFor(shape, name)
  }
}

const formats: Readonly<Record<string, string>> = {
  'date-time': '2026-01-31T09:30:00Z',
  date: '2026-01-31',
}

const words: Readonly<Record<string, string>> = {
  appointmentNumber: 'A-4711',
  patientNumber: 'P-000001',
  doctorNumber: 'D-001',
}

/** Narrow patterns are tried out rather than understood. */
function textFor({ pattern }: Shape, name: string): string {
  const fits = new RegExp(pattern ?? '')
  const tried = [
    `${name}-1`,
    'CODE',
    '5.1.1',
    'a',
    'sample',
    'P-1',
    '1',
    '2026-01',
    'a'.repeat(32),
    'a'.repeat(64),
    '-05:30',
  ]
  return tried.find((text) => fits.test(text)) ?? name
}
