/**
 * The page that manages packages, `/__outrigger/extensions`. It has no privileges of its own: whoever
 * opens it with a one-time token gets a session of the API, and the page uses nothing but the API.
 *
 * @module
 */

import { createCredential, digestKey } from "../../auth/token.ts";
import type { Log } from "../../log.ts";
import type { Handler } from "../../server/bind.ts";
import { requestAuthority, requestTarget, targetPath } from "../../server/target.ts";

/** What the page is made of. */
export interface ManagePageOptions {
  /** Texts by name; see `loadPageFiles`. */
  files: ReadonlyMap<string, string>;
  /** Starts a session with permission `admin` and gives its token. */
  issueSession(): string;
  /** Milliseconds of a clock that never goes back. Default `performance.now`. */
  now?: () => number;
  /** Told when somebody opens the page. Default: nobody is. */
  log?: Pick<Log, "info">;
}

/** Everything below is the page's own. */
export const MANAGE_PREFIX = "/__outrigger";

const SHELL = `${MANAGE_PREFIX}/extensions`;
/** How long a token waits for its use, milliseconds. */
const TOKEN_MS = 600_000;
/** Tokens that wait at a time; then the oldest one goes. */
const MOST_TOKENS = 32;
const AUTHORITY = /^[\w.:[\]-]+$/;
const TYPES: ReadonlyMap<string, string> = new Map([
  ["js", "text/javascript; charset=utf-8"],
  ["css", "text/css; charset=utf-8"],
]);
const HEADERS = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
};

/** Serves the page. */
export class ManagePage {
  readonly #options: ManagePageOptions;
  readonly #now: () => number;
  /** Digests of the tokens that wait, oldest first, with the time until which they may be used. */
  readonly #tokens = new Map<string, number>();

  constructor(options: ManagePageOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /**
   * An address that opens the page, once and within 10 minutes.
   *
   * @param origin the host's, such as `http://localhost:8123`
   */
  newUrl(origin: string): string {
    // 294 random bits in characters that need no escapes.
    const token = createCredential().connectToken;
    for (const oldest of this.#tokens.keys()) {
      if (this.#tokens.size < MOST_TOKENS) break;
      this.#tokens.delete(oldest);
    }
    this.#tokens.set(digestKey(token), this.#now() + TOKEN_MS);
    return `${origin}${SHELL}?token=${token}`;
  }

  /** Answers every request below {@linkcode MANAGE_PREFIX}. */
  readonly handle: Handler = (request) => {
    const target = requestTarget(request.url);
    const path = targetPath(target);
    const asset = path === SHELL ? undefined : assetOf(path, this.#options.files);
    if (path !== SHELL && asset === undefined) return plain(404, "There is no such page");
    const { method } = request;
    if (method !== "GET" && method !== "HEAD") {
      const refusal = plain(405, "This is for reading only");
      refusal.headers.set("allow", "GET, HEAD");
      return refusal;
    }
    if (asset !== undefined) return new Response(method === "HEAD" ? null : asset.text, asset);
    return this.#shell(request, target.slice(path.length));
  };

  #shell(request: Request, query: string): Response {
    const reason = refusalOf(request.headers);
    if (reason !== undefined) return plain(403, reason);
    const nonce = createCredential().connectToken;
    const headers = {
      ...HEADERS,
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy(nonce, requestAuthority(request.url)),
      // A policy of the configuration may take the place of the one above.
      "x-frame-options": "DENY",
    };
    if (request.method === "HEAD") return new Response(null, { headers });
    const token = new URLSearchParams(query).get("token");
    const session = token === null ? null : this.#redeem(token);
    // `<` might end the element that it stands in.
    const state = JSON.stringify({ session }).replaceAll("<", "\\u003c");
    const text = this.#options.files.get("index.html")!
      .replaceAll("NONCE", () => nonce)
      .replace('"STATE"', () => state);
    return new Response(text, { headers });
  }

  /** A session for a token, which is used up by that. */
  #redeem(token: string): string | null {
    const key = digestKey(token);
    const until = this.#tokens.get(key);
    if (until === undefined) return null;
    if (this.#now() >= until) {
      this.#tokens.delete(key);
      return null;
    }
    const session = this.#options.issueSession();
    this.#tokens.delete(key);
    this.#options.log?.info("The page that manages extensions was opened");
    return session;
  }
}

/** Why the page is not for a request. A token in it stays good: nobody has seen an answer to it. */
function refusalOf(headers: Headers): string | undefined {
  if (
    /prefetch|prerender|preview/i.test(`${headers.get("sec-purpose")} ${headers.get("purpose")}`)
  ) {
    return "This address works once, so it is not fetched in advance";
  }
  const site = headers.get("sec-fetch-site") ?? "none";
  if (site !== "none" && site !== "same-origin") {
    return "Another site led here. Copy the address into the address bar of the browser instead";
  }
  if ((headers.get("sec-fetch-dest") ?? "document") !== "document") {
    return "This is a page for a window of its own";
  }
  return undefined;
}

/**
 * Only the page's own files are run, only this host is asked, and nobody frames it. Texts cannot
 * become markup (`require-trusted-types-for`).
 */
function policy(nonce: string, authority: string): string {
  // `'self'` does not hold for sockets in some browsers.
  const sockets = AUTHORITY.test(authority) ? ` ws://${authority} wss://${authority}` : "";
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    `connect-src 'self'${sockets}`,
    "img-src data:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

function assetOf(
  path: string,
  files: ManagePageOptions["files"],
): { text: string; headers: Record<string, string> } | undefined {
  const name = path.slice(MANAGE_PREFIX.length + 1);
  const type = TYPES.get(name.slice(name.lastIndexOf(".") + 1));
  const text = files.get(name);
  if (type === undefined || text === undefined) return undefined;
  return { text, headers: { ...HEADERS, "content-type": type } };
}

function plain(status: number, message: string): Response {
  return new Response(`${message}.\n`, {
    status,
    headers: { ...HEADERS, "content-type": "text/plain; charset=utf-8" },
  });
}
