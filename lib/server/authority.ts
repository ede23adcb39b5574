/**
 * Reading a `host[:port]`, strictly: what is not plainly one is none.
 *
 * @module
 */

/** A host with the port written beside it. */
export interface Authority {
  /** Lower case; an IPv6 address keeps its brackets. */
  host: string;
  /** Absent when none was written. */
  port?: number;
}

const SHAPE = /^(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,255})(?::(0|[1-9][0-9]{0,4}))?$/;
const OCTET = "(?:0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])";
const DOTTED_QUAD = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

/** The names under which loopback is accepted, and no other spelling of the same addresses. */
export const LOOPBACK_NAMES: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/**
 * @returns `undefined` for user info, several values, leading zeros in the port, ports above 65535
 *
 * @example
 * ```ts
 * import { parseAuthority } from "./authority.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseAuthority("App.example:80"), { host: "app.example", port: 80 });
 * assertEquals(parseAuthority("a, b"), undefined);
 * ```
 */
export function parseAuthority(text: string): Authority | undefined {
  const match = SHAPE.exec(text);
  if (match === null) return undefined;
  const host = match[1]!.toLowerCase();
  if (match[2] === undefined) return { host };
  const port = Number(match[2]);
  return port > 65535 ? undefined : { host, port };
}

/**
 * Whether a host is an IP address in its one canonical spelling: four decimal numbers without
 * leading zeros, or a bracketed IPv6 address as a browser would write it.
 */
export function isAddress(host: string): boolean {
  if (host.startsWith("[")) return URL.parse(`http://${host}/`)?.hostname === host;
  return DOTTED_QUAD.test(host);
}

/** Whether a peer's address is one of this machine alone. */
export function isLoopbackAddress(address: string): boolean {
  return /^(127\.|::1$|::ffff:127\.)/.test(address);
}
