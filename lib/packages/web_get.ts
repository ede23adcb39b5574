/**
 * Fetching from servers that are not trusted more than their certificate allows (contracts: AirDC++
 * 3.3, 18).
 *
 * @module
 */

import { hostMatches, serverOf } from "../auth/host_pattern.ts";
import { HostError } from "../errors.ts";
import { closeQuietly, connect } from "../net/connect.ts";
import { AnswerReader, headerOf } from "../net/incoming.ts";
import { type Address, headBytes, outgoing, parseAddress } from "../net/outgoing.ts";

/** Settings of {@linkcode webGet}. */
export interface WebGetOptions<Result> {
  /** Uses the answer. Its pieces are overwritten by the next one. */
  receive(answer: WebAnswer): Promise<Result>;
  /** Bytes of the largest body. */
  maxBytes: number;
  /** Value of the header `Accept`. Default: anything. */
  accept?: string;
  /** Calls it off. */
  signal?: AbortSignal | undefined;
  /** Certificates in PEM that are trusted beside those of the system. */
  trustedCertificates?: readonly string[];
  /**
   * Servers that may be asked, also after a redirect; patterns as in `hostMatches`. Default: all.
   */
  allowHosts?: readonly string[];
  /** Milliseconds in which something must arrive. Default 30,000. */
  stallMs?: number;
  /** Milliseconds that everything together may take. Default 600,000. */
  deadlineMs?: number;
}

/** An answer with status 200. */
export interface WebAnswer {
  /** Where it came from at last. */
  url: string;
  /** Bytes of the body, where the server says so. */
  length: number | undefined;
  body: AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** A server answered with something else than 200. */
export class WebStatusError extends Error {
  override readonly name = "WebStatusError";
  readonly status: number;

  constructor(status: number) {
    super(`the server answers ${status}`);
    this.status = status;
  }
}

const MOST_REDIRECTS = 5;
const STALL_MS = 30_000;
const DEADLINE_MS = 600_000;
const REDIRECTS = [301, 302, 303, 307, 308];

/** What connecting fails with, in words that suit here. */
const CONNECTION_PROBLEMS = new Map<string, string>([
  ["NE_NW_SSLVERI", "the server's certificate is not trusted"],
  ["NE_NW_SSLHOST", "the server's certificate is one for another name"],
  ["NE_NW_SSLCONN", "the server speaks no TLS that we know"],
]);

/**
 * Why something cannot be fetched from an address, in a clause; `undefined` where nothing speaks
 * against it. Without TLS only this machine is asked.
 *
 * @example
 * ```ts
 * import { urlProblem } from "./web_get.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(urlProblem("https://example.org/a.tgz"), undefined);
 * assertEquals(urlProblem("http://127.0.0.1:8080/a.tgz"), undefined);
 * assertEquals(urlProblem("http://example.org/a.tgz"), "is not encrypted; use https");
 * ```
 */
export function urlProblem(url: string): string | undefined {
  if (!/^https?:\/\//i.test(url)) return "does not begin with https://";
  if (!URL.canParse(url)) return "is no address";
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== "" || password !== "") return "holds a name or password";
  if (protocol === "http:" && !isLoopback(hostname)) return "is not encrypted; use https";
  return undefined;
}

/** An address in a message: without names, passwords and queries, which others should not read. */
export function shownAddress(url: string): string {
  const [place = ""] = url.split(/[?#]/, 1);
  return place.replace(/^([a-z]*:?\/\/)[^/]*@/i, "$1***@").slice(0, 500);
}

/**
 * Asks for something, and follows up to five redirects. Each of them is looked at as the first address
 * is; none leads from another machine to this one.
 *
 * @throws {WebStatusError} for an answer that is neither 200 nor a redirect
 * @throws {Error} for everything else, with a clause as message; when `signal` ends it, its reason
 */
export async function webGet<Result>(
  url: string,
  options: WebGetOptions<Result>,
): Promise<Result> {
  const { signal, stallMs = STALL_MS, deadlineMs = DEADLINE_MS } = options;
  signal?.throwIfAborted();
  const exchange = new Exchange(options, stallMs);
  const callOff = () => exchange.abort(signal?.reason);
  signal?.addEventListener("abort", callOff);
  const deadline = setTimeout(
    () => exchange.abort(new Error(`it took longer than ${deadlineMs} ms`)),
    deadlineMs,
  );
  try {
    const seen = new Set<string>();
    for (let next = url;;) {
      const address = checkedAddress(next, options.allowHosts);
      const key = JSON.stringify(address);
      if (seen.has(key)) throw new Error(`a redirect leads back to "${shownAddress(next)}"`);
      if (seen.size > MOST_REDIRECTS) {
        throw new Error(`there are more than ${MOST_REDIRECTS} redirects`);
      }
      seen.add(key);
      const outcome = await exchange.run(address, next);
      if ("result" in outcome) return outcome.result;
      next = redirectTarget(outcome.location, next);
    }
  } finally {
    clearTimeout(deadline);
    exchange.end();
    signal?.removeEventListener("abort", callOff);
  }
}

function checkedAddress(url: string, allowHosts: readonly string[] | undefined): Address {
  const problem = urlProblem(url);
  const address = problem === undefined ? parseAddress(new URL(url).href) : undefined;
  if (address === undefined) {
    throw new Error(`"${shownAddress(url)}" ${problem ?? "is no address"}`);
  }
  const server = serverOf(address.hostname, address.port);
  if (allowHosts !== undefined && !allowHosts.some((pattern) => hostMatches(pattern, server))) {
    throw new Error(`"${shownAddress(url)}" is on a server that is not allowed`);
  }
  return address;
}

/**
 * Where a redirect leads.
 *
 * @param from the address that answered
 * @throws {Error} when it leads nowhere, or from elsewhere to this machine
 *
 * @example
 * ```ts
 * import { redirectTarget } from "./web_get.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(redirectTarget("../b", "https://example.org/x/y/a"), "https://example.org/x/b");
 * assertThrows(() => redirectTarget("http://127.0.0.1:8080/", "https://example.org/"));
 * ```
 */
export function redirectTarget(location: string | undefined, from: string): string {
  if (location === undefined) throw new Error("a redirect leads nowhere");
  if (!URL.canParse(location, from)) {
    throw new Error(`a redirect leads to "${shownAddress(location)}"`);
  }
  const target = new URL(location, from);
  if (isLoopback(target.hostname) && !isLoopback(new URL(from).hostname)) {
    throw new Error("a redirect leads to this machine");
  }
  return target.href;
}

/** Whether a host is this machine, as the runtime writes it in addresses. */
function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

type Outcome<Result> = { result: Result } | { location: string | undefined };

/** One request after the other, until it is aborted. */
class Exchange<Result> {
  readonly #options: WebGetOptions<Result>;
  readonly #stallMs: number;
  readonly #abort = new AbortController();
  #stall: ReturnType<typeof setTimeout> | undefined;

  constructor(options: WebGetOptions<Result>, stallMs: number) {
    this.#options = options;
    this.#stallMs = stallMs;
  }

  abort(reason: unknown): void {
    this.#abort.abort(reason);
  }

  end(): void {
    clearTimeout(this.#stall);
  }

  async run(address: Address, url: string): Promise<Outcome<Result>> {
    const { signal } = this.#abort;
    const { trustedCertificates = [] } = this.#options;
    this.#alive();
    try {
      const connection = await connect(address, { trustedCertificates, signal });
      try {
        return await this.#over(connection, address, url);
      } finally {
        closeQuietly(connection);
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (!(error instanceof HostError)) throw error;
      const problem = CONNECTION_PROBLEMS.get(error.code) ?? "the server cannot be reached";
      throw new Error(problem, { cause: error });
    } finally {
      this.end();
    }
  }

  async #over(connection: Deno.Conn, address: Address, url: string): Promise<Outcome<Result>> {
    const { accept, maxBytes, receive } = this.#options;
    const request = outgoing({
      method: "GET",
      url: address,
      headers: accept === undefined ? [] : [["Accept", accept]],
      params: [],
      encodePath: true,
      keepAlive: false,
    });
    for (let bytes = headBytes(request); bytes.length > 0;) {
      bytes = bytes.subarray(await connection.write(bytes));
    }
    const reader = new AnswerReader({
      read: async (buffer) => {
        const count = await connection.read(buffer);
        this.#alive();
        return count;
      },
    });
    const head = await reader.head();
    if (REDIRECTS.includes(head.status)) return { location: headerOf(head, "location") };
    if (head.status !== 200) throw new WebStatusError(head.status);
    const coding = headerOf(head, "content-encoding") ?? "identity";
    // Not asked for. Some servers give a .tgz out as a .tar that is coded: we take the file as it is.
    if (!["identity", "gzip", "x-gzip"].includes(coding.toLowerCase())) {
      throw new Error(`the answer is coded as ${coding}, which was not asked for`);
    }
    const given = headerOf(head, "content-length");
    const length = given !== undefined && /^\d+$/.test(given) ? Number(given) : undefined;
    if (length !== undefined && length > maxBytes) throw tooLarge(maxBytes);
    const body = bounded(reader.body(head, "GET"), maxBytes);
    return { result: await receive({ url, length, body }) };
  }

  /** Something has arrived. */
  #alive(): void {
    clearTimeout(this.#stall);
    if (this.#abort.signal.aborted) return;
    this.#stall = setTimeout(
      () => this.abort(new Error(`nothing arrived for ${this.#stallMs} ms`)),
      this.#stallMs,
    );
  }
}

async function* bounded(pieces: AsyncIterable<Uint8Array<ArrayBuffer>>, maxBytes: number) {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    yield piece;
  }
}

function tooLarge(maxBytes: number): Error {
  return new Error(`it has more than ${maxBytes} bytes`);
}
