import type { ConsumersHealth } from '@rounds/contracts/http'
import { IconCheck, IconHourglass, IconPlugConnectedX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useFormats } from '../../format/use-formats.ts'
import { Badge } from '../../parts/badge.tsx'
import { Section } from '../../parts/section.tsx'
import { Table } from '../../parts/table.tsx'
import { useTexts } from '../../texts/texts.ts'
import { consumersQuery } from './dead-letter-queries.ts'

/** Each consumer's last canary: what fell silent shows here before anything died of it. */
export function RoundTrips() {
  const { roundTrips: texts } = useTexts()
  const { data, dataUpdatedAt } = useQuery(consumersQuery)
  if (!data) return null
  return (
    <Section title={texts.title}>
      <Table
        caption={texts.caption}
        head={[texts.consumer, texts.service, texts.state, texts.roundTrip, texts.age]}
      >
        {data.items.map((one) => (
          <Consumer key={one.durable} one={one} at={dataUpdatedAt} />
        ))}
      </Table>
    </Section>
  )
}

interface ConsumerProps {
  readonly one: ConsumersHealth['items'][number]
  /** When this was heard. */
  readonly at: number
}

function Consumer({ one, at }: ConsumerProps) {
  const { roundTrips: texts } = useTexts()
  const { number, duration } = useFormats()
  const { durable, service, roundTripMs, answeredAt } = one
  return (
    <tr>
      <td>{durable}</td>
      <td>{service}</td>
      <td>
        <ConsumerRow {...one} />
      </td>
      <td>{roundTripMs !== undefined && texts.ms(number(roundTripMs))}</td>
      <td>{answeredAt !== undefined && texts.ago(duration(at - Date.parse(answeredAt)))}</td>
    </tr>
  )
}

function ConsumerRow({ silentSince, answeredAt }: ConsumerProps['one']) {
  const { roundTrips: texts } = useTexts()
  const { time } = useFormats()
  if (silentSince !== undefined) {
    return (
      <Badge tone="bad" icon={IconPlugConnectedX}>
        {texts.silent(time(silentSince))}
      </Badge>
    )
  }
  return answeredAt === undefined ? (
    <Badge tone="quiet" icon={IconHourglass}>
      {texts.notYet}
    </Badge>
  ) : (
    <Badge tone="good" icon={IconCheck}>
      {texts.answers}
    </Badge>
  )
}
