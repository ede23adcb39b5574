/**
 * The headers every HTTP response carries (contracts: Neutralino 2.9; security row 3).
 *
 * @module
 */

import { StartError } from "../errors.ts";
import type { Guard } from "./guard.ts";

/** Settings of a `ResponseHeaders`. */
export interface ResponseHeadersOptions {
  /** `serverHeaders` of the configuration: these override everything. */
  serverHeaders: Readonly<Record<string, string>>;
  guard: Pick<Guard, "listedOrigin" | "fromListedPage">;
}

/** Headers that say where a message ends; a wrong one would break every response. */
const FRAMING = new Set(["content-length", "transfer-encoding", "trailer", "upgrade"]);

function validate(serverHeaders: Readonly<Record<string, string>>): [string, string][] {
  const scratch = new Headers();
  return Object.entries(serverHeaders).map(([key, value]) => {
    const problem = `Cannot send header "${key}" with value ${JSON.stringify(value)} ` +
      `("serverHeaders")`;
    if (FRAMING.has(key.toLowerCase())) {
      throw new StartError(`${problem}: the server sets it itself, expected another name`);
    }
    try {
      scratch.set(key, value);
    } catch {
      throw new StartError(
        `${problem}: it is no valid HTTP header, expected a name of letters, digits and "-" ` +
          `and a value of one line of Latin-1 text`,
      );
    }
    return [key, value];
  });
}

/** Completes responses. */
export class ResponseHeaders {
  readonly #configured: readonly [string, string][];
  readonly #guard: Pick<Guard, "listedOrigin" | "fromListedPage">;

  /** @throws {StartError} names the key and value of `serverHeaders` that can't be sent */
  constructor(options: ResponseHeadersOptions) {
    this.#configured = validate(options.serverHeaders);
    this.#guard = options.guard;
  }

  /**
   * Adds the headers of every response; returns an upgrade's response (101) untouched, since the
   * runtime has already decided what goes out.
   */
  complete(request: Request, response: Response): Response {
    if (response.status === 101) return response;
    try {
      this.#set(request, response.headers);
      return response;
    } catch {
      // Headers of `Response.redirect()` and of fetched responses can't be changed.
      const { status, statusText } = response;
      const headers = new Headers(response.headers);
      this.#set(request, headers);
      return new Response(response.body, { status, statusText, headers });
    }
  }

  /**
   * The same for a response that the host has made for itself and not for the app: without
   * `serverHeaders`, and its pages bring a policy along. An answer to a request with a token needs none
   * of what keeps it from being embedded, and is a tenth cheaper without.
   */
  completeOwn(request: Request, response: Response): Response {
    if (response.status === 101) return response;
    if (!carriesToken(request)) {
      response.headers.set("cross-origin-resource-policy", "same-origin");
      response.headers.set("x-content-type-options", "nosniff");
    }
    this.#setOrigin(request, () => response.headers);
    return response;
  }

  #set(request: Request, headers: Headers): void {
    // A handler may have decided to let other origins load it (9.2). A page of a development server
    // shows images of the app and of mounts, for which browsers send no Origin.
    if (!headers.has("cross-origin-resource-policy")) {
      const listed = this.#guard.fromListedPage(request);
      headers.set("cross-origin-resource-policy", listed ? "cross-origin" : "same-origin");
    }
    headers.set("x-content-type-options", "nosniff");
    // Another site that frames a page of the app can lay its own over it and have the user click
    // what calls native methods. Frames of the app's own pages stay possible. A policy in
    // `serverHeaders` takes the whole header, so that authors can widen this too. Not
    // X-Frame-Options beside it: browsers that know frame-ancestors ignore it, and it could not be
    // widened to named sites.
    if (
      headers.get("content-type")?.startsWith("text/html") &&
      !headers.has("content-security-policy")
    ) {
      headers.set("content-security-policy", "frame-ancestors 'self'");
    }
    this.#setOrigin(request, () => headers);
    for (const [key, value] of this.#configured) headers.set(key, value);
  }

  /** @param headersOf most responses need none, and to look at them makes them */
  #setOrigin(request: Request, headersOf: () => Headers): void {
    const origin = this.#guard.listedOrigin(request);
    if (origin === undefined) return;
    const headers = headersOf();
    headers.set("access-control-allow-origin", origin);
    headers.append("vary", "Origin");
  }
}

/**
 * Whether only a program can have made a request, or a script of a page that may read what it gets:
 * what an element of a page loads, and where a page leads, has no header with a token. One with a
 * password may have, because browsers add passwords by themselves.
 */
function carriesToken({ headers }: Request): boolean {
  const credential = headers.get("authorization") ?? headers.get("x-authorization");
  return credential !== null && !/^basic\b/i.test(credential);
}
