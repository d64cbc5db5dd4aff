export type { Bus, Flow } from './bus.ts'
export { type Cause, childOf, eventMaker, type MakeEvent } from './event-maker.ts'
export { done, type Outcome, reject, retry } from './outcome.ts'
export { type Delivery, type Handler, hears, type Subscription, subscription } from './subscription.ts'
