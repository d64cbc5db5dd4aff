import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { subjectOf } from '@rounds/contracts'
import type { Delivery } from '@rounds/contracts/http'
import type { ApiClient } from '@rounds/stack'
import type { SmtpMoment, SmtpPosition } from '@rounds/testing'
import { mongoMailWitness } from '../mongo-mail-witness.ts'
import { natsWitness } from '../nats-witness.ts'
import { over } from '../over.ts'
import type { Observed, Row } from '../row.ts'
import { compareWithStreams, streamBars, streamNotes } from '../streams.ts'
import type { World } from '../world.ts'

/** Mails of a campaign that one mailer sends at once, as it does when nobody says otherwise. */
const concurrency = 16

/** From here on a break leaves it unknown whether the mail arrived. */
const doubtful: readonly SmtpPosition[] = ['text', 'dot', 'answered']

export const mail: Row = {
  name: 'mail',
  injects:
    'the mailer is killed every few seconds while it sends a campaign, and the mail server resets connections at random positions of the protocol: before the greeting, at each command, within the text, after the dot, and right after its answer',
  counts: 'mails',
  hospital: { isProxied: false, appointments: 500 },
  async run(world) {
    world.beginRow('mail')
    const { sink, stack } = world
    const mails = world.size(600, 10_000)
    const campaignId = `mail-${world.seed}`
    const witness = await mongoMailWitness(stack.mongo.url)
    let breaks = 0
    let doubtfulBreaks = 0
    sink.decide(({ position }: SmtpMoment) => {
      if (!world.chance.oneIn(100)) return undefined
      breaks += 1
      if (doubtful.includes(position)) doubtfulBreaks += 1
      return 'reset'
    })
    try {
      await witness.campaign(campaignId, mails)
      await requested(world, campaignId)
      const killsBefore = world.kills.length
      const kills = () => world.kills.length - killsBefore
      while ((await witness.ended(campaignId)) < mails * 0.9 && kills() < world.size(4, 200)) {
        await sleep(world.between(1_500, 4_000))
        await world.crash('mailer')
      }
      const isOver = await over(() => witness.isOver(campaignId), world.size(240_000, 900_000))

      const deliveries = await witness.deliveries(campaignId)
      const arrived = Map.groupBy(await takenIn(world.sinkLog), ({ key }) => key)
      const standing = (what: string) => deliveries.filter(({ stands }) => stands === what)
      const doubts = standing('in doubt')
      // The mailer lived and heard nothing after the whole text; every other doubt is a mail that a dying mailer had in hand.
      const unanswered = doubts.filter(({ code }) => code === 'NO_ANSWER')
      // Everybody of the list wants the mail and has an address: whatever else is said of one, it is lost.
      const lost = deliveries.filter(
        ({ key, stands }) => stands !== 'in doubt' && !(stands === 'sent' && arrived.has(key)),
      )
      const listed = await listedDoubts(world.admin, campaignId)
      const twice = [...arrived.values()].filter((copies) => copies.length > 1)
      const unknown = [...arrived.keys()].filter((key) => !deliveries.some((one) => one.key === key))
      const heard = await compareWithStreams(stack)
      const observed: Observed = {
        accepted: mails,
        lost: lost.length + (mails - deliveries.length),
        duplicates: twice.length + unknown.length,
        partial: 0,
        inDoubt: doubts.length,
        inDoubtAtMost: kills() * concurrency + doubtfulBreaks,
        p99RescueMs: 0,
        injected: kills() + breaks,
        bars: [
          { what: 'campaigns that did not end', seen: isOver ? 0 : 1, atMost: 0 },
          {
            what: 'mails in doubt because their mailer died, at most the kills times the mails in hand',
            seen: doubts.length - unanswered.length,
            atMost: kills() * concurrency,
          },
          {
            what: 'mails in doubt because the server broke off within or after the text, at most as often as it did',
            seen: unanswered.length,
            atMost: doubtfulBreaks,
          },
          {
            what: 'mails in doubt that are not listed for a person',
            seen: doubts.filter(({ key }) => !listed.has(key)).length,
            atMost: 0,
          },
          // Of a campaign's mails each doubt is told, and its end; what was sent is counted there.
          ...streamBars(heard, doubts.length + 1),
        ],
        notes: [
          'the column “in doubt” counts mails here: nobody can know whether they arrived but the mail server, whose own log, synced before it answers, is the witness; rescues are not measured in this row',
          `${kills()} kills and ${breaks} resets, ${doubtfulBreaks} of them within or after the text; ${doubts.length} mails in doubt, of which ${doubts.filter(({ key }) => arrived.has(key)).length} had arrived`,
          ...streamNotes(heard),
          ...lost.slice(0, 5).map(({ key, stands }) => `lost: ${key} is ${stands}`),
        ],
      }
      return observed
    } finally {
      sink.decide(() => undefined)
      await witness.close()
    }
  },
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
  const type = 'campaign.requested'
  const data = { campaignId, template: 'announcement', requestedBy: 'demo-admin', needsApproval: false }
  gateway.send({
    subject: subjectOf(type),
    headers: {
      'ce-specversion': '1.0',
      'ce-id': `requested-${campaignId}`,
      'ce-source': 'gateway',
      'ce-type': type,
      'ce-subject': campaignId,
      'ce-time': new Date().toISOString(),
      'ce-correlationid': campaignId,
    },
    body: Buffer.from(JSON.stringify(data)),
  })
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
