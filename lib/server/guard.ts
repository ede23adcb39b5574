/**
 * Who may speak to the server at all: the checks of `Host`, `Origin` and Fetch Metadata that come
 * before any handler (contracts: Neutralino 11.3; security rows 1 to 3).
 *
 * @module
 */

import type { Log } from "../log.ts";
import { isAddress, LOOPBACK_NAMES, parseAuthority } from "./authority.ts";
import type { RefusalCode, Refusals } from "./refusals.ts";
import { SparseLog } from "./sparse_log.ts";
import { requestAuthority } from "./target.ts";

/** What a guard is made of. */
export interface GuardOptions {
  /** `cloud` when strangers are meant to connect, `loopback` otherwise. */
  mode: "loopback" | "cloud";
  /** The port listened on; asked on every request, as it is known only after listening starts. */
  port: () => number;
  /** Names accepted in `Host`, cloud mode only: `name`, `name:port`, or `*` for all. */
  allowedHosts: readonly string[];
  /** Origins accepted beside the own one. */
  allowedOrigins: readonly string[];
  log: Log;
  /** Where refused connections are noted. Default nowhere. */
  refusals?: Refusals;
  /** A clock for the log's limit, milliseconds. */
  now?: () => number;
}

/** Whether a client may have the client library or the globals, which may hold a token. */
export type ScriptVerdict =
  /** `crossOrigin`: answer with `Cross-Origin-Resource-Policy: cross-origin` (9.2). */
  | { allowed: true; crossOrigin: boolean }
  | { allowed: false; response: Response };

/** The checks. Each answers `undefined` where the request passes. */
export interface Guard {
  /** Everything that comes before a handler: `checkHost`, then `checkOrigin`. */
  refuse(request: Request): Response | undefined;
  /** Against DNS rebinding (row 1). */
  checkHost(request: Request): Response | undefined;
  /** Against other sites' sockets and requests (row 2). No `Origin` passes: a native client. */
  checkOrigin(request: Request): Response | undefined;
  /** Against other sites including our scripts (row 3). To be asked before a token is given out. */
  checkScript(request: Request): ScriptVerdict;
  /** The request's `Origin` if it is one of `allowedOrigins`: the only one to get CORS headers. */
  listedOrigin(request: Request): string | undefined;
  /** Whether a page of one of `allowedOrigins` asks, for an image for instance, without `Origin`. */
  fromListedPage(request: Request): boolean;
}

/** The hosts and origins that are the server's own on a loopback port. */
interface Loopback {
  port: number;
  hosts: ReadonlySet<string>;
  origins: ReadonlySet<string>;
  /** The host that came last, as the next one mostly does: to compare is cheaper than to look up. */
  last: string | undefined;
}

function loopback(port: number): Loopback {
  const hosts = new Set(LOOPBACK_NAMES.map((name) => `${name}:${port}`));
  // A browser leaves out the default port: always in an origin, mostly in Host.
  if (port === 80) { for (const name of LOOPBACK_NAMES) hosts.add(name); }
  const origins = LOOPBACK_NAMES.map((name) => `http://${name}${port === 80 ? "" : `:${port}`}`);
  return { port, hosts, origins: new Set(origins), last: undefined };
}

function normaliseOrigins(origins: readonly string[]): Set<string> {
  const set = new Set(origins);
  for (const origin of origins) {
    // "http://localhost:5173/" is meant as the origin of that address.
    const parsed = URL.parse(origin)?.origin;
    if (parsed !== undefined) set.add(parsed);
  }
  // The origin of every sandboxed frame and local file of the world can't be allowed by name.
  set.delete("null");
  return set;
}

/** A value of a client, safe to show in one line. */
function shown(value: string | null): string {
  if (value === null) return "nothing";
  return JSON.stringify(value.length > 100 ? value.slice(0, 100) + "..." : value);
}

/**
 * Makes the guard of one server.
 *
 * @example
 * ```ts
 * import { createGuard } from "./guard.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const quiet = () => {};
 * const log = { debug: quiet, info: quiet, warning: quiet, error: quiet };
 * const guard = createGuard({
 *   mode: "loopback",
 *   port: () => 8123,
 *   allowedHosts: [],
 *   allowedOrigins: [],
 *   log,
 * });
 * const request = new Request("http://localhost:8123/", { headers: { host: "evil.example" } });
 * assertEquals(guard.refuse(request)?.status, 403);
 * ```
 */
export function createGuard(options: GuardOptions): Guard {
  const { mode, port } = options;
  const allowedHosts = new Set(options.allowedHosts.map((host) => host.toLowerCase()));
  const allowedOrigins = normaliseOrigins(options.allowedOrigins);
  const sparse = new SparseLog((line) => options.log.warning(line), options.now);
  let own = loopback(port());

  function ownLoopback(): Loopback {
    const now = port();
    if (own.port !== now) own = loopback(now);
    return own;
  }

  function refusal(reason: string): Response {
    sparse.write(`Refused a request: ${reason}`);
    return new Response(`Refused: ${reason}\n`, {
      status: 403,
      headers: { "content-type": "text/plain" },
    });
  }

  function noted(request: Request, code: RefusalCode, reason: string): Response {
    options.refusals?.add(request, { code, reason });
    return refusal(reason);
  }

  function isOwnHost(value: string): boolean {
    if (mode === "loopback") {
      const own = ownLoopback();
      if (value === own.last) return true;
      const isOwn = own.hosts.has(value.toLowerCase());
      if (isOwn) own.last = value;
      return isOwn;
    }
    const authority = parseAuthority(value);
    if (authority === undefined) return false;
    // Rebinding needs a name, so an address can't be a rebound one.
    return allowedHosts.has("*") || allowedHosts.has(authority.host) ||
      allowedHosts.has(value.toLowerCase()) || LOOPBACK_NAMES.includes(authority.host) ||
      isAddress(authority.host);
  }

  function checkHost(request: Request): Response | undefined {
    const host = request.headers.get("host");
    // A request line of absolute form names a host too, which the runtime prefers to the header.
    const authority = requestAuthority(request.url);
    if (host !== null && isOwnHost(host) && (host === authority || isOwnHost(authority))) {
      return undefined;
    }
    const wrong = host !== null && isOwnHost(host) ? authority : host;
    const expected = mode === "cloud"
      ? `an address or a name listed in "allowedHosts" of the configuration`
      : [...ownLoopback().hosts].join(", ") + ` (other names need mode "cloud" and "allowedHosts")`;
    return noted(request, "host", `the Host header is ${shown(wrong)}, expected ${expected}`);
  }

  /** Whether an origin is the one pages of this server have. */
  function isOwnOrigin(origin: string, request: Request): boolean {
    if (mode === "loopback") return ownLoopback().origins.has(origin);
    const scheme = /^https?:\/\//.exec(origin)?.[0];
    const host = request.headers.get("host");
    if (scheme === undefined || host === null) return false;
    const theirs = parseAuthority(origin.slice(scheme.length));
    const ours = parseAuthority(host);
    // https: a proxy in front may speak TLS; then only it knows the scheme.
    const usual = scheme === "http://" ? 80 : 443;
    return theirs !== undefined && ours !== undefined && theirs.host === ours.host &&
      (theirs.port ?? usual) === (ours.port ?? usual);
  }

  function checkOrigin(request: Request): Response | undefined {
    const origin = request.headers.get("origin");
    if (origin === null || isOwnOrigin(origin, request) || allowedOrigins.has(origin)) {
      return undefined;
    }
    return noted(
      request,
      "origin",
      `the Origin header is ${shown(origin)}, expected the app's own origin ` +
        `or one listed in "allowedOrigins" of the configuration`,
    );
  }

  /** The origin of the page that asks, as far as the request tells. */
  function askingOrigin({ headers }: Request): string | null {
    const referer = headers.get("referer") || null;
    return headers.get("origin") ??
      (referer === null ? null : URL.parse(referer)?.origin ?? "null");
  }

  function checkScript(request: Request): ScriptVerdict {
    const { headers } = request;
    const origin = askingOrigin(request);
    // A page can hide its Referer but not forge it.
    if (origin !== null && allowedOrigins.has(origin)) return { allowed: true, crossOrigin: true };
    const site = headers.get("sec-fetch-site");
    const ours = site === null
      ? origin === null || isOwnOrigin(origin, request)
      : site === "same-origin" || site === "none";
    if (ours) return { allowed: true, crossOrigin: false };
    const response = refusal(
      `another site (${shown(origin)}, ${shown(site)}) asked for a script that may hold a token, ` +
        `expected a page of the app or an origin listed in "allowedOrigins" of the configuration` +
        // A page over HTTPS, of a development server for instance, sends no Referer here.
        (origin === null
          ? `; a script element says who asks with the attribute "crossorigin"`
          : ""),
    );
    return { allowed: false, response };
  }

  return {
    refuse: (request) => checkHost(request) ?? checkOrigin(request),
    checkHost,
    checkOrigin,
    checkScript,
    listedOrigin(request) {
      if (allowedOrigins.size === 0) return undefined;
      const origin = request.headers.get("origin");
      return origin !== null && allowedOrigins.has(origin) ? origin : undefined;
    },
    fromListedPage(request) {
      if (allowedOrigins.size === 0) return false;
      const origin = askingOrigin(request);
      return origin !== null && allowedOrigins.has(origin);
    },
  };
}
