import { Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import type { Appointment } from '@rounds/contracts/http'
import { IconCheck } from '@tabler/icons-react'
import { type KeyboardEvent, useMemo } from 'react'
import { type Day, dayIn } from '../../format/days.ts'
import { useFormats } from '../../format/use-formats.ts'
import { useTexts } from '../../texts/texts.ts'
import { useSession } from '../sign-in/use-session.ts'
import styles from './appointment-list.module.css'
import { ChatLine } from './chat-line.tsx'
import { mayBeChecked } from './may-be-checked.ts'
import { StatusBadge } from './status-badge.tsx'

interface ListProps {
  readonly items: readonly Appointment[]
  readonly caption: string
  readonly onCheck: (appointment: Appointment) => void
  readonly onOpen: (appointment: Appointment) => void
}

/** Day by day: a table where there is room, cards where there is not. */
export function AppointmentList(props: ListProps) {
  const { zone } = useFormats()
  const byDay = useMemo(() => groupByDay(props.items, zone), [props.items, zone])
  const isWide = useMediaQuery('(min-width: 56em)', window.matchMedia('(min-width: 56em)').matches)
  return isWide ? <Table {...props} byDay={byDay} /> : <Cards {...props} byDay={byDay} />
}

type ByDay = ReadonlyMap<Day, readonly Appointment[]>

function Table({ byDay, caption, onCheck, onOpen }: ListProps & { readonly byDay: ByDay }) {
  const { appointments: texts } = useTexts()
  const { time, weekday, zoneLabel } = useFormats()
  const isDoctor = useSession().role === 'doctor'
  const isCheckable = useIsCheckable()
  const columns = isDoctor ? 5 : 6
  return (
    <div className={styles.surface}>
      <table className={styles.table}>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.time(zoneLabel(new Date()))}</th>
            <th scope="col">{texts.patient}</th>
            {!isDoctor && <th scope="col">{texts.doctor}</th>}
            <th scope="col">{texts.reason}</th>
            <th scope="col">{texts.status}</th>
            {isDoctor ? <th scope="col">{texts.action}</th> : <th scope="col">{texts.department}</th>}
          </tr>
        </thead>
        {[...byDay].map(([day, items]) => (
          <tbody key={day}>
            <tr className={styles.day}>
              <th scope="rowgroup" colSpan={columns}>
                {weekday(day)}
              </th>
            </tr>
            {items.map((one) => (
              <tr key={one.appointmentId} onKeyDown={onKeyC(() => isCheckable(one) && onCheck(one))}>
                <td className={styles.time}>
                  <time dateTime={one.startsAt}>{time(one.startsAt)}</time>
                  <span className={styles.small}>{texts.minutes(one.minutes)}</span>
                </td>
                <td>
                  <span className={styles.name}>{one.patient.name}</span>
                  <span className={styles.small}>{one.patient.number}</span>
                </td>
                {!isDoctor && <td>{one.doctor.name}</td>}
                <td className={styles.reason}>{one.reason}</td>
                <td>
                  <StatusBadge status={one.status} />
                  <ChatLine chat={one.chat} />
                </td>
                {isDoctor ? (
                  <td>
                    {isCheckable(one) && <CheckButton appointment={one} onCheck={onCheck} />}
                    {one.status === 'checked' && <OpenButton appointment={one} onOpen={onOpen} />}
                  </td>
                ) : (
                  <td>{one.department.name}</td>
                )}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  )
}

function Cards({ byDay, onCheck, onOpen }: ListProps & { readonly byDay: ByDay }) {
  const { time, weekday } = useFormats()
  const isDoctor = useSession().role === 'doctor'
  const isCheckable = useIsCheckable()
  return (
    <div className={styles.days}>
      {[...byDay].map(([day, items]) => (
        <section key={day} aria-labelledby={`day-${day}`}>
          <h2 id={`day-${day}`} className={styles.dayTitle}>
            {weekday(day)}
          </h2>
          <ul className={styles.cards}>
            {items.map((one) => (
              <li key={one.appointmentId} className={styles.card}>
                <div className={styles.cardHead}>
                  <time dateTime={one.startsAt} className={styles.cardTime}>
                    {time(one.startsAt)}
                  </time>
                  <StatusBadge status={one.status} />
                </div>
                <ChatLine chat={one.chat} />
                <div>
                  <span className={styles.name}>{one.patient.name}</span>
                  <span className={styles.small}>{one.patient.number}</span>
                </div>
                {!isDoctor && (
                  <p className={styles.where}>
                    {one.doctor.name}, {one.department.name}
                  </p>
                )}
                {one.reason && <p className={styles.where}>{one.reason}</p>}
                {isCheckable(one) && <CheckButton appointment={one} onCheck={onCheck} wide />}
                {isDoctor && one.status === 'checked' && <OpenButton appointment={one} onOpen={onOpen} />}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

interface CheckButtonProps {
  readonly appointment: Appointment
  readonly onCheck: (appointment: Appointment) => void
  readonly wide?: boolean
}

function CheckButton({ appointment, onCheck, wide = false }: CheckButtonProps) {
  const { appointments: texts } = useTexts()
  return (
    <Button
      size={wide ? 'md' : 'xs'}
      fullWidth={wide}
      variant={wide ? 'filled' : 'default'}
      leftSection={<IconCheck size={16} aria-hidden />}
      aria-label={texts.checkOf(appointment.patient.name)}
      aria-keyshortcuts="c"
      onClick={() => onCheck(appointment)}
    >
      {texts.check}
    </Button>
  )
}

function OpenButton({
  appointment,
  onOpen,
}: Pick<ListProps, 'onOpen'> & { readonly appointment: Appointment }) {
  const { findings: texts } = useTexts()
  return (
    <Button
      size="xs"
      variant="subtle"
      aria-label={texts.openOf(appointment.patient.name)}
      onClick={() => onOpen(appointment)}
    >
      {texts.open}
    </Button>
  )
}

/** Which of them the reader may mark checked. */
function useIsCheckable() {
  const isDoctor = useSession().role === 'doctor'
  const { zone } = useFormats()
  const today = dayIn(zone, new Date())
  return (appointment: Appointment) => isDoctor && mayBeChecked(appointment, today, zone)
}

/** `c` acts on the row that has the focus, and nowhere else (WCAG 2.1.4). */
const onKeyC = (run: () => void) => (event: KeyboardEvent) => {
  if (event.key === 'c' && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault()
    run()
  }
}

const groupByDay = (items: readonly Appointment[], zone: string): ByDay =>
  Map.groupBy(items, ({ startsAt }) => dayIn(zone, new Date(startsAt)))
