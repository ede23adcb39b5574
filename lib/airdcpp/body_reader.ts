/**
 * Bodies of HTTP requests, within bounds.
 *
 * @module
 */

import { ApiError } from "./api_error.ts";

const TIMEOUT_MS = 60_000;
const TICK_MS = 1000;

interface Waiting {
  /** Of the clock of `performance.now`. */
  until: number;
  reject(error: ApiError): void;
}

/** Reads bodies. All have one timer: one for each would cost as much as the reading itself. */
export class BodyReader {
  readonly #waiting = new Set<Waiting>();
  readonly #timeoutMs: number;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param options.timeoutMs how long all of a body may take. Default 60,000 */
  constructor(options: { timeoutMs?: number } = {}) {
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  }

  /** Waits for no body any more; for the end of the host. */
  stop(): void {
    for (const { reject } of this.#waiting) reject(new ApiError(503, "The host ends"));
    this.#waiting.clear();
    this.#tick();
  }

  /**
   * Reads the body of a request as text.
   *
   * @throws {ApiError} 413 when it is too large, 408 when it takes too long, 400 when it breaks off
   * or is no UTF-8
   */
  read(request: Request, maxBytes: number): Promise<string> {
    const announced = request.headers.get("content-length");
    if (announced !== null && Number(announced) > maxBytes) {
      return Promise.reject(tooLarge(maxBytes));
    }
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const waiting: Waiting = { until: performance.now() + this.#timeoutMs, reject };
    this.#waiting.add(waiting);
    this.#timer ??= setInterval(() => this.#tick(), Math.min(TICK_MS, this.#timeoutMs));
    // The server sees to it that no more comes than was announced.
    const reading = announced === null
      ? readStream(request, maxBytes, () => !this.#waiting.has(waiting))
      : request.bytes();
    reading.then((bytes) => {
      this.#waiting.delete(waiting);
      resolve(decoder.decode(bytes));
    }).catch((error) => {
      this.#waiting.delete(waiting);
      const broken = new ApiError(400, "The body broke off or is not UTF-8");
      reject(error instanceof ApiError ? error : broken);
    });
    return promise;
  }

  #tick(): void {
    const now = performance.now();
    for (const waiting of this.#waiting) {
      if (waiting.until > now) continue;
      this.#waiting.delete(waiting);
      waiting.reject(new ApiError(408, "The body did not arrive in time"));
    }
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** A body of unknown length. */
async function readStream(
  { body }: Request,
  maxBytes: number,
  isGivenUp: () => boolean,
): Promise<Uint8Array> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes || isGivenUp()) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

function tooLarge(maxBytes: number): ApiError {
  return new ApiError(413, `The body is larger than ${maxBytes} bytes`);
}
