/**
 * Large values on their way into JSON and out of it, in pieces: a text of 64 MB in one go would keep
 * everybody else waiting.
 *
 * @module
 */

import { breathe } from "../process/clock.ts";
import { wrongType } from "./params.ts";

/** A value that is JSON already; an answer takes it over as it is. */
export class JsonText {
  readonly text: string;

  /** @param text valid JSON */
  constructor(text: string) {
    this.text = text;
  }
}

/** Up to this size a value is dealt with at once: it takes about a millisecond. */
const PIECE = 1 << 20;
/** Base64 turns three bytes into four characters, so that pieces of these sizes can be joined. */
const PIECE_OF_BYTES = 3 << 18;

/** A text as JSON. What is small comes back as it is, and becomes JSON with the answer around it. */
export async function jsonOfText(text: string): Promise<string | JsonText> {
  if (text.length <= PIECE) return text;
  let json = '"';
  for (let at = 0; at < text.length;) {
    let end = Math.min(at + PIECE, text.length);
    // The halves of a surrogate pair would each be escaped.
    if (isHighSurrogate(text.charCodeAt(end - 1)) && end < text.length) end++;
    json += JSON.stringify(text.substring(at, end)).slice(1, -1);
    at = end;
    await breathe();
  }
  return new JsonText(json + '"');
}

/** Bytes as standard base64 with padding, as JSON. */
export async function jsonOfBytes(bytes: Uint8Array): Promise<string | JsonText> {
  if (bytes.length <= PIECE_OF_BYTES) return bytes.toBase64();
  let json = '"';
  for (let at = 0; at < bytes.length; at += PIECE_OF_BYTES) {
    json += bytes.subarray(at, at + PIECE_OF_BYTES).toBase64();
    await breathe();
  }
  return new JsonText(json + '"');
}

/**
 * The bytes of standard base64, padded or not.
 *
 * @throws {HostError} unnamed `NE_RT_NATRTER` for anything else (contracts: Neutralino 6.5, fix)
 */
export async function bytesOfBase64(text: string): Promise<Uint8Array<ArrayBuffer>> {
  if (text.length <= PIECE) return decoded(text);
  if (/\s/.test(text)) text = text.replace(/\s+/g, "");
  const bytes = new Uint8Array(Math.ceil(text.length / 4) * 3);
  let length = 0;
  for (let at = 0; at < text.length; at += PIECE) {
    const piece = decoded(text.substring(at, at + PIECE));
    // Padding before the end would shift what follows.
    if (at + PIECE < text.length && piece.length !== PIECE_OF_BYTES) throw wrongType();
    bytes.set(piece, length);
    length += piece.length;
    await breathe();
  }
  return bytes.subarray(0, length);
}

function decoded(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    throw wrongType();
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
