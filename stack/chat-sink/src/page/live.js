// Asks for the changed part again whenever somebody said something; at most four times a second.
const live = document.getElementById('live')
const space = live.dataset.space
const query = space ? `?space=${encodeURIComponent(space)}` : ''
let isWaiting = false

const atTheEnd = () => window.innerHeight + window.scrollY >= document.body.scrollHeight - 80
const toTheEnd = () => window.scrollTo(0, document.body.scrollHeight)

async function refresh() {
  isWaiting = false
  const answer = await fetch(`/live${query}`)
  if (!answer.ok) return
  const follows = atTheEnd()
  live.innerHTML = await answer.text()
  if (follows) toTheEnd()
}

function changed() {
  if (isWaiting) return
  isWaiting = true
  setTimeout(refresh, 250)
}

const news = new EventSource('/api/stream')
news.addEventListener('message', changed)
news.addEventListener('open', changed)
toTheEnd()
