export * from './appointment-events.ts'
export { type AppointmentStatus, appointmentStatus } from './appointment-status.ts'
export { asyncApiDocument } from './asyncapi.ts'
export * from './campaign-events.ts'
export * from './canary-events.ts'
export { changesOf } from './changelog.ts'
export * from './chat-collections.ts'
export * from './chat-events.ts'
export * from './chat-words.ts'
export {
  type CloudEvent,
  checked,
  type Decoded,
  decodeEvent,
  encodeEvent,
  maxDataBytes,
  openCloudEvent,
  openStructured,
  readableAttributes,
  readableData,
  readableNames,
  type WireMessage,
} from './cloudevents.ts'
export * from './collections.ts'
export { classesIn, mayRead } from './data-classes.ts'
export { deliveryStateOf } from './delivery-state.ts'
export {
  defineEvent,
  type EventContract,
  type EventOf,
  envelope,
  envelopeFaults,
  type HospitalEvent,
  schemaNameOf,
  subjectFor,
  subjectOf,
  subjectPattern,
} from './event.ts'
export { contractOf, eventFamilies, hospitalEvents } from './events.ts'
export { eventsPage } from './events-page.ts'
export * from './http.ts'
export { day, identifier, instant, isDay, isInstant } from './identifier.ts'
export * from './intake-events.ts'
export * from './mail-collections.ts'
export * from './mail-events.ts'
export {
  deliveriesIn,
  deliverySearchCollation,
  deliverySearchIndexes,
  type Filter,
  type PeopleFilters,
  peopleOf,
} from './mail-filters.ts'
export * from './mail-words.ts'
export { isTooDeep } from './nesting.ts'
export { postStateOf, postsIn } from './post-state.ts'
export { publishedSchemas } from './published-schemas.ts'
export * from './report-events.ts'
export { sampleOf } from './sample.ts'
export * from './schedule-collections.ts'
export * from './schedule-events.ts'
export { pausedBy, stoppedBy } from './stopped-by.ts'
export * from './system-collections.ts'
export {
  characterName,
  line,
  strangerInLine,
  strangerInText,
  strangerInWord,
} from './text.ts'
export * from './topology.ts'
export * from './treatment-relation.ts'
