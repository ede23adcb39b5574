/**
 * HTTP by the byte: sends exactly what a test says, which no client library does.
 *
 * @module
 */

/** A response, body by `content-length`. */
export interface RawResponse {
  status: number;
  /** Names in lower case. */
  headers: Map<string, string>;
  body: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A connection that stays open for several requests. */
export class RawConnection implements Disposable {
  readonly #conn: Deno.TcpConn;
  #buffered = new Uint8Array(0);

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  static async connect(port: number, hostname = "127.0.0.1"): Promise<RawConnection> {
    return new RawConnection(await Deno.connect({ hostname, port }));
  }

  /** Sends lines (header lines of a request, without the empty one at the end). */
  async send(...lines: string[]): Promise<void> {
    const bytes = encoder.encode([...lines, "", ""].join("\r\n"));
    for (let sent = 0; sent < bytes.length;) sent += await this.#conn.write(bytes.subarray(sent));
  }

  /** Sends a request and reads its response. */
  async request(...lines: string[]): Promise<RawResponse> {
    await this.send(...lines);
    return await this.read(lines[0]!.startsWith("HEAD "));
  }

  /** Reads one response. */
  async read(bodiless = false): Promise<RawResponse> {
    const head = await this.#readHead();
    const [statusLine, ...fields] = head.split("\r\n");
    const headers = new Map(fields.map((field) => {
      const colon = field.indexOf(":");
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()] as const;
    }));
    const status = Number(statusLine!.split(" ")[1]);
    const none = bodiless || status === 304 || status === 101;
    const length = none ? 0 : Number(headers.get("content-length") ?? 0);
    while (this.#buffered.length < length) await this.#more();
    const body = decoder.decode(this.#buffered.subarray(0, length));
    this.#buffered = this.#buffered.slice(length);
    return { status, headers, body };
  }

  async #readHead(): Promise<string> {
    for (;;) {
      const text = decoder.decode(this.#buffered);
      const end = text.indexOf("\r\n\r\n");
      if (end >= 0) {
        const head = text.slice(0, end);
        this.#buffered = this.#buffered.slice(encoder.encode(head).length + 4);
        return head;
      }
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    const chunk = new Uint8Array(16_384);
    const n = await this.#conn.read(chunk);
    if (n === null) throw new Deno.errors.UnexpectedEof("the server closed the connection");
    const joined = new Uint8Array(this.#buffered.length + n);
    joined.set(this.#buffered);
    joined.set(chunk.subarray(0, n), this.#buffered.length);
    this.#buffered = joined;
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }
}

/** One request on a connection of its own. */
export async function rawRequest(port: number, ...lines: string[]): Promise<RawResponse> {
  using connection = await RawConnection.connect(port);
  return await connection.request(...lines);
}
