import { type Environment, readConfig } from '@rounds/service'
import { Type } from 'typebox'

export const variables = {
  CHAT_SINK_HOST: Type.String({ default: '127.0.0.1', description: 'Address to listen on' }),
  CHAT_SINK_PORT: Type.Integer({
    minimum: 1,
    maximum: 65_535,
    default: 8090,
    description: 'Port of its page, and of the endpoint that takes messages',
  }),
  CHAT_SINK_CONTROL: Type.Boolean({
    default: false,
    description: 'Whether faults and spaces may be set over HTTP; only where nobody else can reach it',
  }),
  CHAT_SINK_REQUEST_IDS: Type.Boolean({
    default: true,
    description: 'Whether a request id that is known gets the message it made',
  }),
}

export const loadConfig = (environment: Environment) => readConfig(variables, environment)
