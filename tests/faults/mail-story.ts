import { readFile } from 'node:fs/promises'
import { campaignRequested } from '@rounds/contracts'
import type { Delivery } from '@rounds/contracts/http'
import { eventMaker } from '@rounds/messaging'
import type { ApiClient } from '@rounds/stack'
import { mongoMailWitness } from './mongo-mail-witness.ts'
import { letterOf, natsWitness } from './nats-witness.ts'
import { over } from './over.ts'
import type { Bar, Observed } from './row.ts'
import { compareWithStreams, streamBars, streamNotes } from './streams.ts'
import type { World } from './world.ts'

const make = eventMaker('gateway')

/** Mails of a campaign that one mailer sends at once, as it does when nobody says otherwise. */
export const mailsAtOnce = 32

export interface Mailing {
  /** Whether most of the campaign has an end, so that what is done to it now would meet little. */
  isNearEnd(): Promise<boolean>
}

/** What was done to a campaign, and the doubts that it explains. */
export interface Injured {
  readonly injected: number
  /** Mails that a mailer had in hand when it died, or when it could not say any more that it lives. */
  readonly inHand: number
  /** Times that the mail server broke off within or after a text. */
  readonly unanswered: number
  readonly bars?: readonly Bar[]
  readonly notes: readonly string[]
}

export interface MailStory {
  readonly row: string
  readonly mails: number
  readonly inject: (mailing: Mailing) => Promise<void>
  /** Asked once everything is over. */
  readonly injured: () => Injured
}

/**
 * A campaign is sent while faults happen; then what the mail server wrote down, synced before it answered, is compared with what
 * the ledger says.
 */
export async function whileMailIsSent(
  world: World,
  { row, mails, inject, injured }: MailStory,
): Promise<Observed> {
  world.beginRow(row)
  const { stack } = world
  const campaignId = `${row}-${world.seed}`
  const witness = await mongoMailWitness(stack.mongo.url)
  try {
    await witness.campaign(campaignId, mails)
    await requested(world, campaignId)
    await inject({ isNearEnd: async () => (await witness.ended(campaignId)) >= mails * 0.9 })
    const isOver = await over(() => witness.isOver(campaignId), world.size(240_000, 900_000))

    const { injected, inHand, unanswered, bars = [], notes } = injured()
    const deliveries = await witness.deliveries(campaignId)
    const isOurs = new Set(deliveries.map(({ key }) => key))
    const arrived = Map.groupBy(await takenIn(world.sinkLog), ({ key }) => key)
    const doubts = deliveries.filter(({ stands }) => stands === 'in doubt')
    // The mailer lived and heard nothing after the whole text; every other doubt is a mail that a mailer had in hand.
    const silent = doubts.filter(({ code }) => code === 'NO_ANSWER')
    // Everybody of the list wants the mail and has an address: whatever else is said of one, it is lost.
    const lost = deliveries.filter(
      ({ key, stands }) => stands !== 'in doubt' && !(stands === 'sent' && arrived.has(key)),
    )
    const listed = await listedDoubts(world.admin, campaignId)
    const twice = [...arrived.values()].filter((copies) => copies.length > 1)
    const unknown = [...arrived.keys()].filter((key) => !isOurs.has(key))
    const heard = await compareWithStreams(stack)
    return {
      accepted: mails,
      lost: lost.length + (mails - deliveries.length),
      duplicates: twice.length + unknown.length,
      partial: 0,
      inDoubt: doubts.length,
      inDoubtAtMost: inHand + unanswered,
      p99RescueMs: 0,
      injected,
      bars: [
        { what: 'campaigns that did not end', seen: isOver ? 0 : 1, atMost: 0 },
        {
          what: 'mails in doubt because a mailer had them in hand when it died or was cut off',
          seen: doubts.length - silent.length,
          atMost: inHand,
        },
        {
          what: 'mails in doubt because the server broke off within or after the text, at most as often as it did',
          seen: silent.length,
          atMost: unanswered,
        },
        {
          what: 'mails in doubt that are not listed for a person',
          seen: doubts.filter(({ key }) => !listed.has(key)).length,
          atMost: 0,
        },
        // Of a campaign's mails each doubt is told, and its end; what was sent is counted there.
        ...streamBars(heard, doubts.length + 1),
        ...bars,
      ],
      notes: [
        'the column “in doubt” counts mails here: nobody can know whether they arrived but the mail server, whose own log, synced before it answers, is the witness; rescues are not measured in this row',
        ...notes,
        `${doubts.length} mails in doubt, of which ${doubts.filter(({ key }) => arrived.has(key)).length} had arrived`,
        ...streamNotes(heard),
        ...lost.slice(0, 5).map(({ key, stands }) => `lost: ${key} is ${stands}`),
      ],
    }
  } finally {
    world.sink.decide(() => undefined)
    await witness.close()
  }
}

/** Those that a person finds and can settle, page by page. */
async function listedDoubts(admin: ApiClient, campaignId: string): Promise<ReadonlySet<string>> {
  const listed = new Set<string>()
  for (let cursor = ''; ; ) {
    const { items, next } = await admin.get<{ items: Delivery[]; next?: string }>(
      `/v1/deliveries?state=in%20doubt&batchId=${campaignId}&limit=200${cursor}`,
    )
    for (const { deliveryId } of items) listed.add(deliveryId)
    if (next === undefined) return listed
    cursor = `&cursor=${next}`
  }
}

/** Says what the gateway says when a campaign is sent off. */
async function requested({ stack: { nats } }: World, campaignId: string): Promise<void> {
  const gateway = await natsWitness(nats.url, 'gateway', nats.passwordOf('gateway'))
  const data = { campaignId, template: 'announcement', requestedBy: 'demo-admin', needsApproval: false }
  gateway.send(letterOf(make(campaignRequested, data, { correlationid: campaignId })))
  await gateway.flush()
  gateway.close()
}

/** What the mail server wrote down, line by line, before it answered. */
async function takenIn(log: string): Promise<{ readonly key: string }[]> {
  const lines = (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '')
  return lines
    .map((line): { key: string; isTaken: boolean } => JSON.parse(line))
    .filter(({ isTaken }) => isTaken)
}
