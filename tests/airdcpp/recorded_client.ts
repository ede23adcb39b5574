/**
 * Stands for a client whose traffic was recorded: sends the same bytes and keeps what comes.
 *
 * @module
 */

import { within } from "../../lib/testing.ts";
import { frame } from "../robustness/raw_socket.ts";

/** A frame of the server. */
interface Received {
  opcode: number;
  text: string;
  /** Of a frame that closes. */
  code?: number;
}

/** A WebSocket over plain TCP. */
export class RecordedClient implements Disposable {
  /** The response to the upgrade. */
  head = "";
  /** Pings that came, with their payloads; each is answered at once. */
  readonly pings: string[] = [];
  readonly #connection: Deno.TcpConn;
  #bytes = new Uint8Array(0);
  #open = true;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Connects with the upgrade request of 15.1. */
  static async connect(port: number): Promise<RecordedClient> {
    const client = new RecordedClient(await Deno.connect({ hostname: "127.0.0.1", port }));
    const lines = [
      "GET /api/v1/ HTTP/1.1",
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      `Host: localhost:${port}`,
      "",
      "",
    ];
    await client.#write(new TextEncoder().encode(lines.join("\r\n")));
    let end: number;
    while ((end = new TextDecoder().decode(client.#bytes).indexOf("\r\n\r\n")) < 0) {
      await client.#more();
    }
    client.head = new TextDecoder().decode(client.#bytes.subarray(0, end));
    client.#bytes = client.#bytes.slice(end + 4);
    return client;
  }

  /** Sends a text as one frame. */
  send(text: string): Promise<void> {
    return this.#write(frame(1, text));
  }

  /** Sends a text and waits for the next frame. */
  async ask(text: string): Promise<string> {
    await this.send(text);
    return await this.next();
  }

  /** The next text, or `close <code>`, or `end` for a connection that ended without. */
  next(): Promise<string> {
    return within(this.#next(), 10_000, "frame");
  }

  /** Whether nothing but pings comes within a while, milliseconds. */
  async isQuiet(ms: number): Promise<boolean> {
    const next = this.#next();
    const quiet = await Promise.race([
      next.then(() => false),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(true), ms)),
    ]);
    if (quiet) this.#pending = next;
    return quiet;
  }

  /** Ends the TCP connection, without a word. */
  drop(): void {
    if (this.#open) this.#connection.close();
    this.#open = false;
    this.#pending?.catch(() => {});
  }

  [Symbol.dispose](): void {
    this.drop();
  }

  #pending: Promise<string> | undefined;

  async #next(): Promise<string> {
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending !== undefined) return await pending;
    for (;;) {
      const received = await this.#receive();
      if (received === undefined) return "end";
      if (received.opcode === 9) {
        this.pings.push(received.text);
        await this.#write(frame(10, received.text));
      } else if (received.opcode === 8) return `close ${received.code}`;
      else if (received.opcode === 1) return received.text;
    }
  }

  async #receive(): Promise<Received | undefined> {
    const decoder = new TextDecoder();
    for (;;) {
      const bytes = this.#bytes;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const short = bytes.length >= 2 ? bytes[1]! & 0x7f : 0;
      const head = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (bytes.length >= head && bytes.length >= 2) {
        const length = short === 126
          ? view.getUint16(2)
          : short === 127
          ? Number(view.getBigUint64(2))
          : short;
        if (bytes.length >= head + length) {
          const payload = bytes.slice(head, head + length);
          this.#bytes = bytes.slice(head + length);
          const opcode = bytes[0]! & 15;
          const code = opcode === 8 && length >= 2
            ? new DataView(payload.buffer).getUint16(0)
            : undefined;
          return { opcode, text: decoder.decode(payload), ...(code === undefined ? {} : { code }) };
        }
      }
      if (!await this.#more()) return undefined;
    }
  }

  async #more(): Promise<boolean> {
    const buffer = new Uint8Array(65_536);
    const count = await this.#connection.read(buffer).catch(() => null);
    if (count === null) return false;
    const all = new Uint8Array(this.#bytes.length + count);
    all.set(this.#bytes);
    all.set(buffer.subarray(0, count), this.#bytes.length);
    this.#bytes = all;
    return true;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.length;) {
      sent += await this.#connection.write(bytes.subarray(sent));
    }
  }
}
