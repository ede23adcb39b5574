/**
 * A WebSocket client on bare TCP, as cheap as it gets.
 *
 * @module
 */

import { closeFrame, FrameWalker, readHeader } from "./frames.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Where to connect: a port, and path with query. */
export interface Endpoint {
  port: number;
  target: string;
}

/** One connection. Read either whole messages or, faster, frame by frame; both in turn is fine. */
export class RawSocket implements Disposable {
  readonly #connection: Deno.TcpConn;
  readonly #walker = new FrameWalker();
  #buffer: Uint8Array<ArrayBuffer>;
  #end = 0;

  private constructor(connection: Deno.TcpConn, bufferBytes: number) {
    this.#connection = connection;
    this.#buffer = new Uint8Array(bufferBytes);
  }

  /** @throws {Error} when the server does not switch protocols */
  static async connect({ port, target }: Endpoint, bufferBytes = 65_536): Promise<RawSocket> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay(true);
    const socket = new RawSocket(connection, bufferBytes);
    try {
      await socket.upgrade(port, target);
    } catch (error) {
      socket.close();
      throw error;
    }
    return socket;
  }

  /** Takes over a connection that stands already; {@linkcode RawSocket.upgrade} is next. */
  static over(connection: Deno.TcpConn): RawSocket {
    return new RawSocket(connection, 65_536);
  }

  async upgrade(port: number, target: string): Promise<void> {
    await this.write(encoder.encode(
      `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\n` +
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    ));
    for (;;) {
      await this.#read();
      const head = decoder.decode(this.#buffer.subarray(0, this.#end));
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) continue;
      if (!head.startsWith("HTTP/1.1 101 ")) throw new Error(`handshake: ${head.slice(0, 80)}`);
      return this.#use(end + 4);
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    let at = 0;
    while (at < bytes.length) at += await this.#connection.write(bytes.subarray(at));
  }

  /** The next message with data, as text. */
  async message(): Promise<string> {
    for (;;) {
      const filled = this.#buffer.subarray(0, this.#end);
      const header = readHeader(filled, 0);
      const whole = header === undefined ? Infinity : header.size + header.length;
      if (header === undefined || whole > this.#end) {
        if (whole < Infinity && whole > this.#buffer.length) this.#grow(whole);
        await this.#read();
        continue;
      }
      const text = decoder.decode(filled.subarray(header.size, whole));
      this.#use(whole);
      if (header.opcode === 8) throw new Error("the server closed a connection");
      if (header.opcode < 8) return text;
    }
  }

  /** Reports the frames that are there, or those that the next read brings (maybe none). */
  async frames(onFrame: (length: number) => void): Promise<void> {
    if (this.#end > 0) {
      let found = false;
      this.#use(
        this.#walker.walk(this.#buffer.subarray(0, this.#end), (length) => {
          found = true;
          onFrame(length);
        }),
      );
      if (found) return;
    }
    await this.#read();
    this.#use(this.#walker.walk(this.#buffer.subarray(0, this.#end), onFrame));
  }

  /** Reads frames until one of `length` came. */
  async frameOf(length: number): Promise<void> {
    let found = false;
    while (!found) {
      await this.frames((other) => {
        if (other === length) found = true;
      });
    }
  }

  /** Closes as RFC 6455 7.1.2 wants it: frame, the server's frame, end. */
  async leave(): Promise<void> {
    await this.write(closeFrame());
    try {
      while (await this.#connection.read(this.#buffer) !== null);
    } finally {
      this.close();
    }
  }

  close(): void {
    try {
      this.#connection.close();
    } catch {
      // Closed before.
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #use(bytes: number): void {
    this.#buffer.copyWithin(0, bytes, this.#end);
    this.#end -= bytes;
  }

  #grow(bytes: number): void {
    const larger = new Uint8Array(bytes);
    larger.set(this.#buffer.subarray(0, this.#end));
    this.#buffer = larger;
  }

  async #read(): Promise<void> {
    const read = await this.#connection.read(this.#buffer.subarray(this.#end));
    if (read === null) throw new Error("the server ended a connection");
    this.#end += read;
  }
}
