/**
 * A request to another server, from the first byte to the last (contracts: Neutralino 6.9).
 *
 * @module
 */

import { HostError } from "../errors.ts";
import { closeQuietly, connect } from "./connect.ts";
import { AnswerReader, collapsed, type Head, headerOf, valueOf } from "./incoming.ts";
import {
  type Address,
  headBytes,
  type Outgoing,
  outgoing,
  redirected,
  type RequestOptions,
} from "./outgoing.ts";

/** Settings of {@linkcode request}. */
export interface ExchangeOptions {
  /** Follows redirects, 20 at most. */
  allowRedirects: boolean;
  /** Throws for a server that may not be asked; called before every connection. */
  checkServer?(address: Address): void;
  /** Throws for a connection that nothing may be sent on. */
  checkConnection?(connection: Deno.Conn): void;
  /** Milliseconds that everything together may take. */
  timeoutMs: number;
  /** Certificates in PEM that are trusted beside those of the system. */
  trustedCertificates: readonly string[];
  /** The host ends. */
  signal: AbortSignal;
  /** Bytes of the largest body. Default 256 MiB. */
  maxBodyBytes?: number;
}

/** What `net.request` answers. */
export interface Answer {
  status: number;
  statusText: string;
  /** As UTF-8; what is no UTF-8 becomes U+FFFD. */
  body: string;
  headers: Record<string, string>;
  /** All `Set-Cookie` values, a line each. */
  cookies: string;
  contentType: string;
  /** `Location` of the last redirect that was followed. */
  location: string;
  /** `HTTP/1.1` or `HTTP/1.0`. */
  version: string;
}

const MAX_REDIRECTS = 20;
const MAX_BODY_BYTES = 256 << 20;
const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * Sends a request and reads the answer.
 *
 * @throws {HostError} `NE_NW_HTTPERR` with a reason of section 6.9, or one of `NE_NW_SSL...`
 */
export async function request(wanted: RequestOptions, options: ExchangeOptions): Promise<Answer> {
  const { signal, timeoutMs, allowRedirects } = options;
  const exchange = new Exchange(options);
  const stop = () => exchange.abort("Connection handling canceled");
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  const timer = setTimeout(() => exchange.timeOut(), timeoutMs);
  try {
    let next = outgoing(wanted);
    let location = "";
    for (let redirects = 0;; redirects++) {
      options.checkServer?.(next.url);
      const answer = await exchange.run(next, (head) => allowRedirects && isRedirect(head));
      if (answer.body !== undefined) return { ...answer, body: answer.body, location };
      if (redirects === MAX_REDIRECTS) throw httpError("Maximum redirect count exceeded");
      location = valueOf(answer.headers, "location")!;
      const following = redirected(next, { status: answer.status, location });
      if (following === undefined) throw httpError("Unknown");
      next = following;
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

function isRedirect(head: Head): boolean {
  return REDIRECTS.includes(head.status) && headerOf(head, "location") !== undefined;
}

/** One request and its answer after the other, until it is aborted. */
class Exchange {
  readonly #options: ExchangeOptions;
  readonly #abort = new AbortController();
  #connecting = false;

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  /** Ends it, with an error of this reason. */
  abort(reason: string): void {
    this.#abort.abort(httpError(reason));
  }

  timeOut(): void {
    this.abort(this.#connecting ? "Connection timed out" : "Failed to read connection");
  }

  /** @param isEnough whether the head is all that is wanted of the answer */
  async run(outgoing: Outgoing, isEnough: (head: Head) => boolean) {
    const { signal } = this.#abort;
    try {
      this.#connecting = true;
      const { trustedCertificates } = this.#options;
      const connection = await connect(outgoing.url, { trustedCertificates, signal });
      this.#connecting = false;
      try {
        this.#options.checkConnection?.(connection);
        return await this.#over(connection, outgoing, isEnough);
      } finally {
        closeQuietly(connection);
      }
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    }
  }

  async #over(connection: Deno.Conn, outgoing: Outgoing, isEnough: (head: Head) => boolean) {
    // While the request is sent the answer may come: one side may wait for the other to read.
    let unsent = false;
    const sending = send(connection, outgoing).catch(() => void (unsent = true));
    try {
      const reader = new AnswerReader(connection);
      const head = await reader.head();
      const headers = collapsed(head.headers);
      const { status, statusText, version } = head;
      const pieces = reader.body(head, outgoing.method);
      return {
        status,
        statusText,
        body: isEnough(head) ? undefined : await this.#text(decoded(pieces, head, outgoing)),
        headers,
        cookies: valueOf(headers, "set-cookie") ?? "",
        contentType: valueOf(headers, "content-type") ?? "",
        version,
      };
    } catch (error) {
      if (error instanceof HostError) throw error;
      throw httpError(unsent ? "Failed to write connection" : "Failed to read connection");
    } finally {
      closeQuietly(connection);
      await sending;
    }
  }

  async #text(pieces: AsyncIterable<Uint8Array<ArrayBuffer>>): Promise<string> {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    let left = this.#options.maxBodyBytes ?? MAX_BODY_BYTES;
    let text = "";
    for await (const piece of pieces) {
      left -= piece.length;
      if (left < 0) throw httpError("Exceeded the maximum payload size");
      text += decoder.decode(piece, { stream: true });
    }
    return text + decoder.decode();
  }
}

async function send(connection: Deno.Conn, outgoing: Outgoing): Promise<void> {
  for (const bytes of [headBytes(outgoing), outgoing.body ?? new Uint8Array()]) {
    for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
  }
}

/** A page that asks for a coding by a header of its own gets what was coded. */
function decoded(
  pieces: AsyncIterable<Uint8Array<ArrayBuffer>>,
  head: Head,
  { headers }: Outgoing,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  const coding = headerOf(head, "content-encoding")?.toLowerCase();
  const asked = headers.some(([name]) => name.toLowerCase() === "accept-encoding");
  if (!asked || (coding !== "gzip" && coding !== "deflate")) return pieces;
  return ReadableStream.from(copies(pieces)).pipeThrough(new DecompressionStream(coding));
}

/** The pieces of a body are overwritten by the next one. */
async function* copies(pieces: AsyncIterable<Uint8Array<ArrayBuffer>>) {
  for await (const piece of pieces) yield piece.slice();
}

function httpError(reason: string): HostError {
  return new HostError("NE_NW_HTTPERR", reason);
}
