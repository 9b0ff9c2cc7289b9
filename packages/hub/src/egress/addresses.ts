import ipaddr from 'ipaddr.js';

/** Of IPv6, only this block is given out to networks of the public Internet (RFC 3513, IANA). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** Documentation (RFC 9637), which the library does not know yet. */
const DOCUMENTATION = ipaddr.IPv6.parseCIDR('3fff::/20');

/**
 * An address that anybody on the Internet might have. Everything else is refused: private, loopback,
 * link-local, multicast, reserved, and every way of writing an IPv4 address into an IPv6 one (mapped,
 * compatible, NAT64, 6to4, Teredo), whatever lies within.
 */
export function isPublicUnicast(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.range() === 'unicast';
  return (
    parsed.zoneId === undefined &&
    parsed.match(GLOBAL_UNICAST) &&
    !parsed.match(DOCUMENTATION) &&
    parsed.range() === 'unicast'
  );
}

/** This machine, by the plain forms only. */
export const isLoopback = (address: string): boolean =>
  ipaddr.isValid(address) && address !== '' && ipaddr.parse(address).range() === 'loopback';
