/**
 * An answer as it comes over the wire: HTTP/1.0 and 1.1 (RFC 9112).
 *
 * @module
 */

/** What an answer begins with. */
export interface Head {
  /** `HTTP/1.1` or `HTTP/1.0`. */
  version: string;
  status: number;
  statusText: string;
  /** In the server's order and spelling. */
  headers: readonly (readonly [name: string, value: string])[];
}

/** The bytes are no answer, or end too soon. */
export class MalformedAnswerError extends Error {
  override readonly name = "MalformedAnswerError";
}

/** All that comes before a body, and each line within a chunked one. */
const MAX_HEAD_BYTES = 256 * 1024;
const BUFFER_BYTES = 64 * 1024;

/** Where the bytes come from, such as a connection. */
export interface ByteSource {
  /** Fills a buffer; gives the number of bytes, `null` at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
}

/** Reads one answer after the other. */
export class AnswerReader {
  readonly #source: ByteSource;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #bytes: Uint8Array<ArrayBuffer> = this.#buffer.subarray(0, 0);
  #lineBytesLeft = MAX_HEAD_BYTES;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /**
   * The next head; those that only announce another one (`100 Continue`) are left out.
   *
   * @throws {MalformedAnswerError}
   */
  async head(): Promise<Head> {
    this.#lineBytesLeft = MAX_HEAD_BYTES;
    while (true) {
      const line = await this.#line();
      const match = /^(HTTP\/1\.[01]) (\d{3})(?: (.*))?$/.exec(line);
      if (match === null) throw new MalformedAnswerError(`"${line.slice(0, 80)}" is no status`);
      const status = Number(match[2]);
      const headers = await this.#headers();
      if (status >= 200 || status === 101) {
        return { version: match[1]!, status, statusText: match[3] ?? "", headers };
      }
    }
  }

  /**
   * The body that belongs to a head, in pieces that are overwritten by the next one.
   *
   * @param method of the request
   * @throws {MalformedAnswerError}
   */
  async *body(head: Head, method: string): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    const { status } = head;
    if (method === "HEAD" || status === 101 || status === 204 || status === 304) return;
    const coding = headerOf(head, "transfer-encoding");
    if (coding !== undefined) {
      if (!/^(identity\s*,\s*)?chunked$/i.test(coding)) {
        throw new MalformedAnswerError(`Transfer coding "${coding}" was not asked for`);
      }
      yield* this.#chunks();
      return;
    }
    const length = headerOf(head, "content-length");
    if (length !== undefined) {
      // The same one twice is joined to "5, 5".
      const lengths = new Set(length.split(",").map((one) => one.trim()));
      if (lengths.size !== 1 || !/^\d{1,15}$/.test([...lengths][0]!)) {
        throw new MalformedAnswerError(`"${length}" is no length`);
      }
      yield* this.#exactly(Number([...lengths][0]));
      return;
    }
    while (await this.#fill()) yield this.#take(Infinity);
  }

  async *#chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    while (true) {
      this.#lineBytesLeft = MAX_HEAD_BYTES;
      const line = await this.#line();
      const size = /^([\da-f]{1,12})\s*(?:;.*)?$/i.exec(line)?.[1];
      if (size === undefined) throw new MalformedAnswerError("A chunk has no size");
      if (/^0+$/.test(size)) break;
      yield* this.#exactly(Number.parseInt(size, 16));
      if (await this.#line() !== "") throw new MalformedAnswerError("A chunk has no end");
    }
    await this.#headers();
  }

  async *#exactly(length: number): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    let left = length;
    while (left > 0) {
      if (!await this.#fill()) throw endedTooSoon();
      const piece = this.#take(left);
      left -= piece.length;
      yield piece;
    }
  }

  async #headers(): Promise<[name: string, value: string][]> {
    const headers: [string, string][] = [];
    for (let line; (line = await this.#line()) !== "";) {
      const match = /^([^\s:]+):(.*)$/.exec(line);
      if (match === null) throw new MalformedAnswerError(`"${line.slice(0, 80)}" is no header`);
      headers.push([match[1]!, match[2]!.trim()]);
    }
    return headers;
  }

  async #line(): Promise<string> {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    let line = "";
    while (await this.#fill()) {
      const end = this.#bytes.indexOf(0x0a);
      const piece = this.#take(end < 0 ? Infinity : end + 1);
      this.#lineBytesLeft -= piece.length;
      if (this.#lineBytesLeft < 0) throw new MalformedAnswerError("The head is too long");
      line += decoder.decode(piece, { stream: end < 0 });
      if (end >= 0) return line.replace(/\r?\n$/, "");
    }
    throw endedTooSoon();
  }

  /** Whether there are bytes; reads some if there are none. */
  async #fill(): Promise<boolean> {
    while (this.#bytes.length === 0) {
      const count = await this.#source.read(this.#buffer);
      if (count === null) return false;
      this.#bytes = this.#buffer.subarray(0, count);
    }
    return true;
  }

  #take(most: number): Uint8Array<ArrayBuffer> {
    const piece = this.#bytes.subarray(0, most);
    this.#bytes = this.#bytes.subarray(piece.length);
    return piece;
  }
}

/** The values of a header of an answer, joined; `undefined` when it has none. */
export function headerOf({ headers }: Head, name: string): string | undefined {
  return valueOf(collapsed(headers), name);
}

/**
 * Repeated headers as one, under the spelling of the first. Values are joined by a comma; cookies, in
 * which commas have a meaning, by a newline.
 */
export function collapsed(headers: Head["headers"]): Record<string, string> {
  const joined = new Map<string, [name: string, value: string]>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const before = joined.get(key);
    const separator = key === "set-cookie" ? "\n" : ", ";
    joined.set(key, before ? [before[0], before[1] + separator + value] : [name, value]);
  }
  return Object.fromEntries(joined.values());
}

/** A header's value, whatever the spelling of its name. */
export function valueOf(headers: Record<string, string>, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

function endedTooSoon(): MalformedAnswerError {
  return new MalformedAnswerError("The connection ended before the answer did");
}
