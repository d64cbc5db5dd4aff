import { chatSink } from './chat-sink.ts'
import { loadConfig } from './config.ts'

const config = loadConfig(process.env)
const sink = await chatSink({
  host: config.CHAT_SINK_HOST,
  port: config.CHAT_SINK_PORT,
  control: config.CHAT_SINK_CONTROL,
  isIdempotent: config.CHAT_SINK_REQUEST_IDS,
})
console.log(`the chat sink is open at port ${sink.port}`)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => void sink.close().then(() => process.exit(0)))
}
