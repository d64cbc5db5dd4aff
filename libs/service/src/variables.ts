import { readZone } from '@rounds/schedule/zone-name'
import { Type } from 'typebox'
import Format from 'typebox/format'

interface TextFormat {
  readonly is: (text: string) => boolean
  readonly wanted: string
  /** What is wrong with this very text, where more can be said than what is wanted. Never repeats it. */
  readonly fault?: (text: string) => string | undefined
}

/** What our variables may be beside TypeBox's own formats, and how a mistake is put right. */
const formats: Readonly<Record<string, TextFormat>> = {
  // TypeBox's `uri` refuses addresses of several servers, which is how a replica set and a cluster are reached.
  'mongodb-url': {
    is: (text) => /^mongodb(\+srv)?:\/\/[^\s/]+\/[^\s?/]+(\?\S*)?$/.test(text),
    wanted: 'an address like mongodb://host:port/database',
  },
  'nats-urls': {
    is: (text) => text.split(',').every((one) => /^(nats|tls):\/\/[^\s/,]+$/.test(one.trim())),
    wanted: 'an address like nats://host:port, or several by commas',
  },
  'iana-zone': {
    is: (text) => readZone(text).zone !== undefined,
    wanted: 'an IANA zone like Asia/Kolkata',
    fault: (text) => readZone(text).fault,
  },
}

for (const [name, { is }] of Object.entries(formats)) Format.Set(name, is)

/** What is wrong with a text that is none in one of our own formats; nothing where the format is not ours. */
export function formatFault(format = '', text = ''): string | undefined {
  const known = formats[format]
  return known && (known.fault?.(text) ?? `must be ${known.wanted}`)
}

export const natsUrl = () =>
  Type.String({ format: 'nats-urls', description: 'Where the event stream lives; several servers by commas' })

export const mongoUrl = (description: string) => Type.String({ format: 'mongodb-url', description })

export const secret = (description: string) => Type.String({ minLength: 1, description })

export const zone = (description: string) =>
  Type.String({ format: 'iana-zone', default: 'Asia/Kolkata', description })

/** 0 takes a free one. */
export const port = (usual: number, description: string) =>
  Type.Integer({ minimum: 0, maximum: 65_535, default: usual, description })

export const logLevel = () =>
  Type.Union(
    [
      Type.Literal('debug'),
      Type.Literal('info'),
      Type.Literal('warn'),
      Type.Literal('error'),
      Type.Literal('silent'),
    ],
    { default: 'info', description: 'From which level on lines are logged' },
  )

/** What every process lets one set about its health, metrics and log. */
export const opsVariables = (usualPort: number) => ({
  OPS_HOST: Type.String({
    default: '127.0.0.1',
    description: 'Address on which health and metrics are answered',
  }),
  OPS_PORT: port(usualPort, 'Port of health and metrics'),
  LOG_LEVEL: logLevel(),
})
