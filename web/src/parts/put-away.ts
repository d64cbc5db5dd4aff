/** Whether the page is out of sight, because its session ended and one has to sign in first. Keys that are pressed then are not for it. */
export const isPutAway = (): boolean => document.body.dataset.putAway !== undefined

/** Takes all of the page but what lies `data-over-all` out of sight and out of the accessibility tree: see global.css. */
export function putAway(): () => void {
  document.body.dataset.putAway = ''
  return () => {
    delete document.body.dataset.putAway
  }
}
