import { parseArgs } from 'node:util'
import { type IntakeType, intakeTypes, systemIdPattern } from '@rounds/contracts/http'

/** What is to happen to which other system. */
export type Wish =
  | {
      readonly act: 'add'
      readonly systemId: string
      readonly name: string
      readonly types: readonly IntakeType[]
      readonly sources: readonly string[]
    }
  | { readonly act: 'revoke'; readonly systemId: string }
  | { readonly act: 'list' }
  | { readonly act: 'help' }

export interface PartnerOptions {
  readonly wish: Wish
  /** The gateway; absent: the one that `npm start` runs. */
  readonly url?: string
  /** The broker, for the examples. */
  readonly nats?: string
}

export const usage = `npm run partner -- add lis      lets the system \`lis\` in, by HTTP and by NATS, and shows how it says something
npm run partner -- revoke lis   shuts it out at once
npm run partner -- list         who may come

  --name NAME       what people call it (add)
  --types a,b       what it may say; usually all of ${intakeTypes.join(', ')}
  --sources a,b     what it may call itself in \`source\`; usually /<system> and /<system>/*
  --url URL         the gateway; usually the one that \`npm start\` runs on this machine
  --nats URL        where systems reach the broker, for the examples

An admin's sign-in comes from ROUNDS_LOGIN and ROUNDS_PASSWORD; without them it is the demo's.`

/** Reads the arguments after `npm run partner --`. Throws a sentence for the person who typed them. */
export function readPartnerOptions(args: readonly string[]): PartnerOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      types: { type: 'string' },
      sources: { type: 'string' },
      url: { type: 'string' },
      nats: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const { url, nats } = values
  const places = { ...(url === undefined ? {} : { url }), ...(nats === undefined ? {} : { nats }) }
  const [act = 'help', systemId, ...rest] = values.help ? ['help'] : positionals
  if (rest.length > 0) throw new RangeError(`Only one system at a time: ${rest.join(' ')} is too much.`)
  if (act === 'list' || act === 'help') return { wish: { act }, ...places }
  if (act !== 'add' && act !== 'revoke') throw new RangeError(`There is no "${act}": add, revoke or list.`)
  if (systemId === undefined || !new RegExp(systemIdPattern).test(systemId))
    throw new RangeError('A system has a name of 2 to 20 small letters and digits, such as lis.')
  if (act === 'revoke') return { wish: { act, systemId }, ...places }
  return {
    wish: {
      act,
      systemId,
      name: values.name ?? systemId.toUpperCase(),
      types: values.types === undefined ? intakeTypes : values.types.split(',').map(typeOf),
      sources: values.sources?.split(',') ?? [`/${systemId}`, `/${systemId}/*`],
    },
    ...places,
  }
}

function typeOf(text: string): IntakeType {
  const type = intakeTypes.find((one) => one === text.trim())
  if (!type) throw new RangeError(`${text} is nothing that systems say: ${intakeTypes.join(', ')}.`)
  return type
}
