import { isIP } from 'node:net'
import { type Environment, OperatorError, readConfig } from '@rounds/service-kit'
import { Type } from 'typebox'

const url = (description: string) => Type.String({ format: 'uri', description })
const port = (standard: number, description: string) =>
  Type.Integer({ minimum: 0, maximum: 65_535, default: standard, description })

export const variables = {
  NATS_URL: url('Where the event stream lives'),
  NATS_PASSWORD: Type.String({ minLength: 1, description: 'Password of the NATS user `gateway`' }),
  MONGO_URL: url('Where the gateway keeps its data, with its own user'),
  ARTIFACTS_DIR: Type.String({ minLength: 1, description: 'Where finished files lie; the same as for reports' }),
  HTTP_HOST: Type.String({ default: '127.0.0.1', description: 'Address to listen on' }),
  HTTP_PORT: port(8080, 'Port to listen on'),
  PUBLIC_URL: Type.String({
    format: 'uri',
    default: 'http://localhost:8080',
    description: 'How browsers reach the gateway; https but for localhost',
  }),
  TRUST_PROXY: Type.Boolean({ default: false, description: 'One proxy stands before it, and names the caller' }),
  WEB_DIR: Type.Optional(Type.String({ minLength: 1, description: 'The built web UI; absent: the API alone' })),
  HOSPITAL_NAME: Type.String({ default: 'Rounds', description: 'Shown on the sign-in page' }),
  HOSPITAL_ZONE: Type.String({ default: 'Asia/Kolkata', description: 'IANA zone in which days begin and end' }),
  DEMO: Type.Boolean({ default: false, description: 'Lets anyone sign in by role alone. For demonstrations only' }),
  OPS_HOST: Type.String({ default: '127.0.0.1', description: 'Address of health and metrics' }),
  OPS_PORT: port(9080, 'Port of health and metrics'),
  LOG_LEVEL: Type.Union(
    [Type.Literal('debug'), Type.Literal('info'), Type.Literal('warn'), Type.Literal('error'), Type.Literal('silent')],
    { default: 'info', description: 'How much is logged' },
  ),
}

export type Config = ReturnType<typeof loadConfig>

export function loadConfig(environment: Environment) {
  const config = readConfig(variables, environment)
  refusePlainHttp(new URL(config.PUBLIC_URL))
  return config
}

/** Session cookies and patients' names must not cross a network in the clear. */
function refusePlainHttp({ protocol, hostname }: URL): void {
  if (protocol === 'https:') return
  const isLocal = /^(localhost|.+\.localhost|\[::1\])$/.test(hostname) || (isIP(hostname) === 4 && hostname.startsWith('127.'))
  if (protocol === 'http:' && isLocal) return
  throw new OperatorError(
    'PUBLIC_URL is plain HTTP outside localhost: put TLS before the gateway (Caddy, nginx or your ingress ends it and forwards to HTTP_PORT), then set PUBLIC_URL to the https address and TRUST_PROXY=true.',
  )
}
