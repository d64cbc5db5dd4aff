import { BlockList, isIP } from 'node:net'

/** Special ranges of IPv4, by IANA's registry. */
const special4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const

/** Of IPv6 only this is the public internet; within it, tunnels and documentation. */
const global6 = ['2000::', 3] as const
const special6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const

const refused = new BlockList()
for (const [net, prefix] of special4) refused.addSubnet(net, prefix, 'ipv4')
for (const [net, prefix] of special6) refused.addSubnet(net, prefix, 'ipv6')
const allowed6 = new BlockList()
allowed6.addSubnet(...global6, 'ipv6')

/**
 * Whether an address lies on the public internet. Of IPv6 only what is surely so: addresses that hold an IPv4 address (mapped,
 * NAT64), link-local, unique local and loopback ones are all outside of it.
 */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !refused.check(address, 'ipv4')
    case 6:
      return allowed6.check(address, 'ipv6') && !refused.check(address, 'ipv6')
    default:
      return false
  }
}
