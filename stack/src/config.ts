import { readConfig, zone } from '@rounds/service'
import { Type } from 'typebox'

const port = (usual: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 65_535, default: usual, description })

/** What `npm start` lets one choose. The services get their own variables from these. */
export const variables = {
  HTTP_PORT: port(8080, 'The page and the API'),
  NATS_PORT: port(4222, 'The broker'),
  NATS_MONITOR_PORT: port(8222, 'The broker’s monitoring page'),
  MONGO_PORT: port(27017, 'The database'),
  GATEWAY_OPS_PORT: port(9101, 'Health and metrics of the gateway'),
  REPORTS_OPS_PORT: port(9102, 'Health and metrics of reports'),
  PROVISIONER_OPS_PORT: port(9103, 'Health and metrics of the provisioner'),
  MAILER_OPS_PORT: port(9104, 'Health and metrics of the mailer'),
  CHAT_NOTIFIER_OPS_PORT: port(9106, 'Health and metrics of the chat notifier'),
  SCHEDULER_OPS_PORT: port(9105, 'Health and metrics of the scheduler'),
  MAIL_SMTP_PORT: port(1025, 'The mail catcher, where mails go'),
  MAIL_WEB_PORT: port(1080, 'The mail catcher, where they are read'),
  CHAT_SINK_PORT: port(8090, 'The chat sink: where chat messages go, and its page'),
  DATA_DIR: Type.String({
    minLength: 1,
    default: '.data',
    description: 'Where everything is kept, from the project’s root',
  }),
  // Refused here, before anything is started: a service would only be started again and again.
  HOSPITAL_ZONE: zone('IANA zone of days and hours'),
  LOG_LEVEL: Type.String({
    default: 'info',
    description: 'Least level in the log files: debug, info, warn, error',
  }),
}

export const loadConfig = (environment: NodeJS.ProcessEnv) => readConfig(variables, environment)
