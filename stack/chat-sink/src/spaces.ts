import { randomBytes } from 'node:crypto'
import { messageFault, mostBytes } from './message-fault.ts'
import { type Answer, refusal } from './refusal.ts'

/** What somebody posted, and what the sink made of it: the resource that Google Chat answers with. */
export interface SunkMessage {
  readonly name: string
  readonly sender: { readonly name: string; readonly displayName: string; readonly type: 'BOT' }
  readonly createTime: string
  readonly text?: string
  readonly cardsV2?: readonly unknown[]
  readonly fallbackText?: string
  readonly argumentText?: string
  readonly thread: { readonly name: string; readonly threadKey?: string }
  readonly space: {
    readonly name: string
    readonly type: 'ROOM'
    readonly displayName: string
    readonly spaceType: 'SPACE'
  }
  readonly threadReply: boolean
}

/** One call as it arrived, whatever became of it: the witness. */
export interface Call {
  readonly at: number
  readonly space: string
  readonly requestId?: string
  readonly threadKey?: string
  /** What was answered; absent when nothing was. */
  readonly status?: number
  /** The message that this call made, or that its `requestId` had made before. */
  readonly message?: string
  /** True when this very call made it. */
  readonly isNew: boolean
  readonly text?: string
}

export interface PostCall {
  readonly space: string
  readonly query: URLSearchParams
  readonly body: Buffer
}

export interface Space {
  readonly id: string
  displayName: string
  key: string
  token: string
  isDeleted: boolean
  lastAt: number
  /** By key, its name. */
  readonly threads: Map<string, string>
  readonly byRequest: Map<string, SunkMessage>
  readonly messages: SunkMessage[]
}

export interface SpacesOptions {
  /** Between two calls of a space; 0 asks for no patience. */
  readonly everyMs: number
  /** Whether a known `requestId` gets the message it made. Google documents it for the API and not for webhooks. */
  readonly isIdempotent: boolean
  readonly now: () => number
  readonly kept: number
}

const replyOptions = [
  'MESSAGE_REPLY_OPTION_UNSPECIFIED',
  'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD',
  'REPLY_MESSAGE_OR_FAIL',
]

export interface Spaces {
  readonly all: ReadonlyMap<string, Space>
  /** A space that may be posted to, or one whose webhook changed or was deleted. */
  put(id: string, change: Partial<Pick<Space, 'displayName' | 'key' | 'token' | 'isDeleted'>>): Space
  /** Whether this call may come now; answers the refusal when not. A call that may come is counted. */
  admit(call: PostCall): Answer | undefined
  /** Takes the message, or says why not. */
  take(call: PostCall): { readonly answer: Answer; readonly message?: SunkMessage; readonly isNew: boolean }
}

const id = () => randomBytes(8).toString('base64url')

/** The spaces of a Google Chat that lives here. One that nobody has heard of is opened by the first webhook that comes. */
export function spaces({ everyMs, isIdempotent, now, kept }: SpacesOptions): Spaces {
  const all = new Map<string, Space>()

  function put(spaceId: string, change: Parameters<Spaces['put']>[1]): Space {
    const known = all.get(spaceId)
    if (known) return Object.assign(known, change)
    const opened: Space = {
      id: spaceId,
      displayName: spaceId,
      key: '',
      token: '',
      isDeleted: false,
      lastAt: Number.NEGATIVE_INFINITY,
      threads: new Map(),
      byRequest: new Map(),
      messages: [],
      ...change,
    }
    all.set(spaceId, opened)
    return opened
  }

  function admit({ space: spaceId, query }: PostCall): Answer | undefined {
    const key = query.get('key')
    const token = query.get('token')
    if (!key || !token)
      return refusal(
        403,
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
      )
    const space = all.get(spaceId) ?? put(spaceId, { key, token })
    if (space.isDeleted) return refusal(404, 'Requested entity was not found.')
    if (space.key !== key) return refusal(403, 'The caller does not have permission')
    if (space.token !== token)
      return refusal(401, 'Request had invalid authentication credentials. Expected a valid webhook token.')
    const at = now()
    const soonest = space.lastAt + everyMs
    if (at < soonest)
      return refusal(429, "Quota exceeded for quota metric 'Message writes per space'.", {
        'retry-after': String(Math.max(1, Math.ceil((soonest - at) / 1_000))),
      })
    space.lastAt = at
    return undefined
  }

  function take({ space: spaceId, query, body }: PostCall): ReturnType<Spaces['take']> {
    const refused = (status: number, message: string) => ({ answer: refusal(status, message), isNew: false })
    const space = all.get(spaceId) ?? put(spaceId, {})
    if (body.length > mostBytes)
      return refused(400, `Message is too long: ${body.length} bytes of at most ${mostBytes}.`)
    const option = query.get('messageReplyOption') ?? 'MESSAGE_REPLY_OPTION_UNSPECIFIED'
    if (!replyOptions.includes(option))
      return refused(400, "Invalid value at 'message_reply_option': it is none of its values")
    const said = parsed(body)
    if (said === undefined) return refused(400, 'Invalid JSON payload received.')
    const fault = messageFault(said)
    if (fault) return refused(400, fault)

    const requestId = query.get('requestId') ?? undefined
    const known = requestId === undefined ? undefined : space.byRequest.get(requestId)
    if (isIdempotent && known) return { answer: { status: 200, body: known }, message: known, isNew: false }
    const { thread, ...rest } = said as { thread?: { name?: string; threadKey?: string }; text?: string }
    const joined = threadOf(space, option, thread)
    if (!joined) return refused(404, 'Requested entity was not found.')
    const message: SunkMessage = {
      name: `spaces/${spaceId}/messages/${id()}.${id()}`,
      sender: { name: 'users/webhook', displayName: 'Rounds', type: 'BOT' },
      createTime: new Date(now()).toISOString(),
      ...rest,
      ...(rest.text === undefined ? {} : { argumentText: rest.text }),
      thread: joined.thread,
      space: {
        name: `spaces/${spaceId}`,
        type: 'ROOM',
        displayName: space.displayName,
        spaceType: 'SPACE',
      },
      threadReply: joined.isReply,
    }
    space.messages.push(message)
    if (space.messages.length > kept) space.messages.shift()
    if (requestId !== undefined) remember(space.byRequest, requestId, message)
    return { answer: { status: 200, body: message }, message, isNew: true }
  }

  /** Where the message goes. Without a reply option a thread key is not looked at, as Google documents. */
  function threadOf(space: Space, option: string, thread: { name?: string; threadKey?: string } = {}) {
    const { threadKey } = thread
    const isAsked = option !== 'MESSAGE_REPLY_OPTION_UNSPECIFIED'
    const named = [...space.threads.values()].find((name) => name === thread.name)
    const known = isAsked
      ? (named ?? (threadKey === undefined ? undefined : space.threads.get(threadKey)))
      : undefined
    if (known) return { isReply: true, thread: { name: known, ...(threadKey ? { threadKey } : {}) } }
    if (option === 'REPLY_MESSAGE_OR_FAIL' && (threadKey || thread.name)) return undefined
    const name = `spaces/${space.id}/threads/${id()}`
    remember(space.threads, isAsked && threadKey ? threadKey : name, name)
    return { isReply: false, thread: { name, ...(isAsked && threadKey ? { threadKey } : {}) } }
  }

  function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
    map.set(key, value)
    const [oldest] = map.keys()
    if (map.size > kept && oldest !== undefined) map.delete(oldest)
  }

  return { all, put, admit, take }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return undefined
  }
}
