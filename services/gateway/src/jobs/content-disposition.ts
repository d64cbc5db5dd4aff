/**
 * Content-Disposition of a download (RFC 6266): the name in ASCII for old clients, and as it is, in any script, for the
 * others.
 */
export function dispositionOf(fileName: string): string {
  const ascii = fileName
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]/gu, '_')
    .replace(/["\\%]/g, '_')
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded(fileName)}`
}

/** RFC 8187; encodeURIComponent leaves a few characters that are not allowed there. */
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
