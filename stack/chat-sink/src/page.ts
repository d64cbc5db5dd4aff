import { shownCard } from './card.ts'
import { type Html, html } from './html.ts'
import { shownText } from './markup.ts'
import type { Space, SunkMessage } from './spaces.ts'

const shownAtOnce = 100

/** The page: spaces at the side, the chosen one's conversation beside them. Without a choice, everybody's. */
export function page(spaces: readonly Space[], chosen: string | undefined): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Chat sink</title>
<link rel="stylesheet" href="/page.css">
<script src="/live.js" defer></script>
</head>
<body>
<header class="top"><h1>Chat sink</h1><p>What Google Chat would show. It keeps its messages until it stops, and passes nothing on.</p></header>
<div id="live" class="columns" data-space="${chosen ?? ''}">${live(spaces, chosen)}</div>
</body>
</html>`.markup
}

/** The part of the page that changes. */
export function live(spaces: readonly Space[], chosen: string | undefined): Html {
  const shown = spaces.filter(({ id }) => chosen === undefined || id === chosen)
  const messages = shown
    .flatMap((space) => space.messages.slice(-shownAtOnce))
    .toSorted((one, other) => Date.parse(one.createTime) - Date.parse(other.createTime))
    .slice(-shownAtOnce)
  const inOrder = spaces.toSorted((one, other) => one.displayName.localeCompare(other.displayName))
  return html`<nav aria-label="Spaces"><ul>${entry('', 'All spaces', spaces, chosen === undefined)}${inOrder.map(
    (space) => entry(space.id, space.displayName, [space], space.id === chosen),
  )}</ul></nav>
<main aria-live="polite">${threadsOf(messages).map((thread) => shownThread(thread, chosen === undefined))}${
    messages.length === 0 ? html`<p class="empty">Nothing was said here yet.</p>` : ''
  }</main>`
}

const entry = (id: string, name: string, spaces: readonly Space[], isChosen: boolean) =>
  html`<li><a href="/${id ? `?space=${encodeURIComponent(id)}` : ''}"${
    isChosen ? { markup: ' aria-current="page"' } : ''
  }>${name}<span class="count">${spaces.reduce((sum, { messages }) => sum + messages.length, 0)}</span></a>${
    id && spaces[0]?.isDeleted ? html`<small>webhook deleted</small>` : ''
  }</li>`

/** Replies stand under what they answer; threads in the order of their first message. */
const threadsOf = (messages: readonly SunkMessage[]) => [
  ...Map.groupBy(messages, ({ thread }) => thread.name).values(),
]

const shownThread = (messages: readonly SunkMessage[], isOfAll: boolean) =>
  html`<article class="thread">${messages.map((message) => shownMessage(message, isOfAll))}</article>`

function shownMessage(
  { name, text, cardsV2 = [], createTime, sender, space }: SunkMessage,
  isOfAll: boolean,
) {
  const where = isOfAll ? html`<span class="where">${space.displayName}</span>` : ''
  return html`<div class="message" id="${name}"><div class="by"><strong>${sender.displayName}</strong>${where}<time datetime="${createTime}">${createTime.slice(11, 19)} UTC</time></div>${
    text ? html`<div class="text">${shownText(text)}</div>` : ''
  }${cardsV2.map(shownCard)}</div>`
}
