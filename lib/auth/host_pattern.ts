/**
 * Which servers a caller may send requests to.
 *
 * @module
 */

/** A server as an address names it. */
export interface HostName {
  /** In lower case, ASCII, without brackets and without a final dot. */
  name: string;
  port: number;
}

/**
 * The server of an `http(s)` address, as the runtime itself reads it; `undefined` for other texts.
 */
export function hostOfUrl(url: string): HostName | undefined {
  if (!/^https?:/i.test(url) || !URL.canParse(url)) return undefined;
  const { hostname, port, protocol } = new URL(url);
  return serverOf(hostname, port === "" ? (protocol === "https:" ? 443 : 80) : Number(port));
}

/** A server as a pattern that names it alone. */
export function hostText({ name, port }: HostName): string {
  return `${name.includes(":") ? `[${name}]` : name}:${port}`;
}

/** A name and a port as a server. */
export function serverOf(hostname: string, port: number): HostName {
  return { name: hostname.toLowerCase().replace(/^\[|\]$/g, "").replace(/\.$/, ""), port };
}

/**
 * Whether a pattern names a server: `example.org` at any port, `example.org:8080`, `[::1]:8080`,
 * `*.example.org` for all names below it but not itself, `*` for every server. Names are compared,
 * not the addresses they stand for: an address does not match a name, nor the other way round.
 *
 * @example
 * ```ts
 * import { hostMatches } from "./host_pattern.ts";
 * import { assert, assertFalse } from "@std/assert";
 *
 * assert(hostMatches("*.example.org", { name: "a.example.org", port: 443 }));
 * assertFalse(hostMatches("*.example.org", { name: "example.org.evil.test", port: 443 }));
 * ```
 */
export function hostMatches(pattern: string, { name, port }: HostName): boolean {
  const parsed = parseHostPattern(pattern);
  if (parsed === undefined) return false;
  if (parsed.port !== undefined && parsed.port !== port) return false;
  if (parsed.name === "*") return true;
  return parsed.name.startsWith("*.")
    ? name.length >= parsed.name.length && name.endsWith(parsed.name.slice(1))
    : name === parsed.name;
}

/** The parts of a pattern; `undefined` where it is none. */
export function parseHostPattern(pattern: string): { name: string; port?: number } | undefined {
  const [, host, port] = /^(\[[\da-f:.]+\]|[^\s:[\]/?#@\\]+)(?::(\d{1,5}))?$/i.exec(pattern) ?? [];
  if (host === undefined) return undefined;
  const wild = /^\*\.?/.exec(host)?.[0] ?? "";
  const rest = host.slice(wild.length).replace(/\.$/, "");
  if (wild === "*" && rest !== "") return undefined;
  if (rest.includes("*") || (wild === "*." && rest === "")) return undefined;
  const address = `http://${rest || "a"}`;
  if (!URL.canParse(address)) return undefined;
  // As the runtime writes it: in ASCII, addresses in one spelling.
  const name = rest === "" ? "" : serverOf(new URL(address).hostname, 0).name;
  return { name: wild + name, ...(port === undefined ? {} : { port: Number(port) }) };
}

/**
 * A pattern with its name as it goes over the wire, for those who take no other; what is no pattern as it is.
 *
 * @example
 * ```ts
 * import { plainHostPattern } from "./host_pattern.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(plainHostPattern("*.bücher.example:80"), "*.xn--bcher-kva.example:80");
 * ```
 */
export function plainHostPattern(pattern: string): string {
  const parsed = parseHostPattern(pattern);
  if (parsed === undefined) return pattern;
  const name = parsed.name.includes(":") ? `[${parsed.name}]` : parsed.name;
  return parsed.port === undefined ? name : `${name}:${parsed.port}`;
}

/** Whether whatever `b` names is named by `a`. */
export function coversHost(a: string, b: string): boolean {
  const [outer, inner] = [parseHostPattern(a), parseHostPattern(b)];
  if (outer === undefined || inner === undefined) return false;
  if (outer.port !== undefined && outer.port !== inner.port) return false;
  if (outer.name === "*" || outer.name === inner.name) return true;
  if (inner.name === "*") return false;
  const name = inner.name.startsWith("*.") ? `a.${inner.name.slice(2)}` : inner.name;
  return hostMatches(outer.name, { name, port: 0 });
}
