/**
 * A WebSocket client by the byte: sends what no library sends, and reads only when told to.
 *
 * @module
 */

import { UPGRADE } from "../security/hostile_requests.ts";

/** What may be wrong with a frame. */
export interface FrameOptions {
  /** Default true. */
  fin?: boolean;
  /** Default true, as a client must. */
  masked?: boolean;
  /** Reserved bits, 0 to 7. Default 0. */
  rsv?: number;
  /** The length that the header claims. Default the payload's. */
  length?: number | bigint;
  /** How the header writes the length. Default the shortest way. */
  form?: 7 | 16 | 64;
}

const encoder = new TextEncoder();

/** One frame (RFC 6455 5.2); the mask is all zeros, so the payload is readable. */
export function frame(
  opcode: number,
  payload: string | Uint8Array = "",
  options: FrameOptions = {},
): Uint8Array<ArrayBuffer> {
  const body = typeof payload === "string" ? encoder.encode(payload) : payload;
  const { fin = true, masked = true, rsv = 0, length = body.length } = options;
  const form = options.form ?? (length < 126 ? 7 : length < 65_536 ? 16 : 64);
  const head = new Uint8Array(form === 7 ? 2 : form === 16 ? 4 : 10);
  const view = new DataView(head.buffer);
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  head[1] = (masked ? 0x80 : 0) | (form === 7 ? Number(length) : form === 16 ? 126 : 127);
  if (form === 16) view.setUint16(2, Number(length));
  if (form === 64) view.setBigUint64(2, BigInt(length));
  const all = new Uint8Array(head.length + (masked ? 4 : 0) + body.length);
  all.set(head);
  all.set(body, all.length - body.length);
  return all;
}

/** A close frame's payload. */
export function closePayload(code: number, reason: string | Uint8Array = ""): Uint8Array {
  const text = typeof reason === "string" ? encoder.encode(reason) : reason;
  const payload = new Uint8Array(2 + text.length);
  new DataView(payload.buffer).setUint16(0, code);
  payload.set(text, 2);
  return payload;
}

/** A connection after its handshake. */
export class RawSocket implements Disposable {
  readonly #conn: Deno.TcpConn;
  #closed = false;

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** Plain TCP, nothing sent. */
  static async dial(port: number): Promise<RawSocket> {
    return new RawSocket(await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  /**
   * Connects and reads the answer to the handshake, a few bytes at a time and not beyond.
   *
   * @throws {Error} when it is refused
   */
  static async open(port: number, target: string): Promise<RawSocket> {
    const socket = await RawSocket.dial(port);
    await socket.write(handshakeBytes(port, target));
    let head = "";
    const byte = new Uint8Array(1);
    while (!head.endsWith("\r\n\r\n")) {
      if (await socket.#conn.read(byte) === null) break;
      head += String.fromCharCode(byte[0]!);
    }
    if (!head.startsWith("HTTP/1.1 101 ")) {
      socket[Symbol.dispose]();
      throw new Error(`refused: ${head.split("\r\n")[0]}`);
    }
    return socket;
  }

  /** Sends bytes. A server that has gone meanwhile is no error. */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let sent = 0; sent < bytes.length;) sent += await this.#conn.write(bytes.subarray(sent));
    } catch {
      // Cut off, as it should be.
    }
  }

  /** Ends our side: the server sees FIN, and may still send. */
  async finish(): Promise<void> {
    await this.#conn.closeWrite().catch(() => {});
  }

  /**
   * Reads to the end of the connection, and answers the server's close frame as a client must.
   *
   * @returns the close code the server sent last, or `undefined` when it just ended
   */
  async drain(): Promise<number | undefined> {
    let tail: Uint8Array<ArrayBuffer> = new Uint8Array(0);
    let code: number | undefined;
    const chunk = new Uint8Array(65_536);
    try {
      for (;;) {
        const count = await this.#conn.read(chunk);
        if (count === null) break;
        const joined = new Uint8Array(tail.length + count);
        joined.set(tail);
        joined.set(chunk.subarray(0, count), tail.length);
        tail = joined.slice(-200);
        if (code !== undefined) continue;
        code = closeCode(tail);
        if (code !== undefined) await this.write(frame(8, closePayload(code)));
      }
    } catch {
      // A reset is an end too.
    }
    return code;
  }

  /** Closes. With bytes that were received and not read the peer sees a reset (RST), else FIN. */
  [Symbol.dispose](): void {
    if (!this.#closed) this.#conn.close();
    this.#closed = true;
  }
}

/** The code of the close frame that ends these bytes: it is the last thing a server sends. */
function closeCode(tail: Uint8Array): number | undefined {
  for (let at = tail.length - 4; at >= 0; at--) {
    if (tail[at] === 0x88 && tail[at + 1] === tail.length - at - 2) {
      return (tail[at + 2]! << 8) | tail[at + 3]!;
    }
  }
  return undefined;
}

/** A handshake as it goes over the wire. */
export function handshakeBytes(port: number, target: string): Uint8Array<ArrayBuffer> {
  const lines = [`GET ${target} HTTP/1.1`, `Host: localhost:${port}`, ...UPGRADE, "", ""];
  return encoder.encode(lines.join("\r\n"));
}
