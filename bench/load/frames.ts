/**
 * WebSocket frames as bytes (RFC 6455 5.2).
 *
 * @module
 */

const encoder = new TextEncoder();

/** A masked text frame, as clients send it. */
export function textFrame(text: string): Uint8Array<ArrayBuffer> {
  return maskedFrame(1, encoder.encode(text));
}

/** A masked close frame with code 1000. */
export function closeFrame(): Uint8Array<ArrayBuffer> {
  return maskedFrame(8, new Uint8Array([0x03, 0xe8]));
}

function maskedFrame(opcode: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = payload;
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = new Uint8Array(2 + extended + 4 + length);
  const view = new DataView(frame.buffer);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) view.setUint16(2, length);
  if (extended === 8) view.setBigUint64(2, BigInt(length));
  const body = 2 + extended + 4;
  const key = crypto.getRandomValues(frame.subarray(body - 4, body));
  for (let i = 0; i < length; i++) frame[body + i] = payload[i]! ^ key[i & 3]!;
  return frame;
}

/** Several frames in one piece of memory. */
export function joined(frames: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(frames.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const frame of frames) {
    whole.set(frame, at);
    at += frame.length;
  }
  return whole;
}

/**
 * Finds the frames in a stream by their headers alone: payloads are neither kept nor looked at, so
 * that counting costs next to nothing.
 */
export class FrameWalker {
  #missing = 0;
  #length = -1;

  /**
   * Reports every frame with data that ends within `bytes`.
   *
   * @returns how many bytes were used; the rest is the start of a header
   * @throws {Error} on a close frame, or on a message in several frames, which no server here sends
   */
  walk(bytes: Uint8Array, onFrame: (length: number) => void): number {
    let at = 0;
    for (;;) {
      const taken = Math.min(this.#missing, bytes.length - at);
      at += taken;
      this.#missing -= taken;
      if (this.#missing > 0) return at;
      if (this.#length >= 0) {
        onFrame(this.#length);
        this.#length = -1;
      }
      const header = readHeader(bytes, at);
      if (header === undefined) return at;
      at += header.size;
      this.#missing = header.length;
      // Pings and pongs (opcodes from 8 on) are stepped over.
      this.#length = header.opcode < 8 ? header.length : -1;
      if (header.opcode === 8) throw new Error("the server closed a connection");
      if (!header.final) throw new Error("the server sent a message in several frames");
    }
  }
}

/** What stands before a payload. */
export interface FrameHeader {
  size: number;
  opcode: number;
  final: boolean;
  length: number;
}

/** Reads an unmasked frame's header; `undefined` when it is not there as a whole. */
export function readHeader(bytes: Uint8Array, at: number): FrameHeader | undefined {
  const available = bytes.length - at;
  if (available < 2) return undefined;
  const first = bytes[at]!;
  let length = bytes[at + 1]! & 127;
  let size = 2;
  if (length === 126) {
    size = 4;
    if (available < size) return undefined;
    length = bytes[at + 2]! << 8 | bytes[at + 3]!;
  } else if (length === 127) {
    size = 10;
    if (available < size) return undefined;
    length = Number(new DataView(bytes.buffer, bytes.byteOffset + at + 2, 8).getBigUint64(0));
  }
  return { size, opcode: first & 15, final: (first & 0x80) !== 0, length };
}
