export { type ChatSink, type ChatSinkOptions, chatSink } from './chat-sink.ts'
export type { Deed, Fault, Moment } from './faults.ts'
export type { Call, SunkMessage } from './spaces.ts'
