/**
 * A WebSocket by hand, for targets and frames that no library would send.
 *
 * @module
 */

/** A TCP connection after its handshake. */
export interface RawSocket extends Disposable {
  /** What the host answered to the handshake. */
  readonly head: string;
  write(bytes: Uint8Array): Promise<void>;
  /** Reads until a text has come. @returns the last of what came, frames and all */
  readUntil(text: string): Promise<string>;
}

/** Connects and asks for an upgrade with a target as it is. */
export async function connectRaw(port: number, target: string): Promise<RawSocket> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const request = [
    `GET ${target} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "",
    "",
  ].join("\r\n");
  await connection.write(new TextEncoder().encode(request));
  let head = "";
  const buffer = new Uint8Array(4096);
  while (!head.includes("\r\n\r\n")) {
    const count = await connection.read(buffer);
    if (count === null) break;
    head += new TextDecoder().decode(buffer.subarray(0, count));
  }
  return {
    head,
    async write(bytes) {
      for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
    },
    async readUntil(text) {
      const buffer = new Uint8Array(65_536);
      const decoder = new TextDecoder();
      let last = "";
      while (!last.includes(text)) {
        const count = await connection.read(buffer);
        if (count === null) throw new Error(`The connection ended before "${text}" came`);
        last = last.slice(-2000) + decoder.decode(buffer.subarray(0, count));
      }
      return last;
    },
    [Symbol.dispose]: () => connection.close(),
  };
}

/** A text of less than 64 KiB as one frame, masked with zeros. */
export function maskedText(text: string): Uint8Array {
  const payload = new TextEncoder().encode(text);
  const { length } = payload;
  const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 255];
  return new Uint8Array([0x81, ...size, 0, 0, 0, 0, ...payload]);
}
