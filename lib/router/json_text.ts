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

/** Up to this size a value is dealt with at once: it takes about two milliseconds. */
const PIECE = 1 << 20;
/** Base64 turns three bytes into four characters, so that pieces of these sizes can be joined. */
const PIECE_OF_BYTES = 3 << 18;
/** V8's longest text, with room for the rest of an answer. */
const LONGEST = 2 ** 29 - 24 - (1 << 16);
/** From here on, and each time it has grown by as much, a value is weighed against free memory. */
const LARGE = 1 << 25;
const WHITE_SPACE = /[\t\n\f\r ]+/;
/** How long pieces are dealt with before everybody else has their turn, milliseconds. */
const TURN_MS = 10;

/** A text as JSON. What is small comes back as it is, and becomes JSON with the answer around it. */
export async function jsonOfText(text: string): Promise<string | JsonText> {
  return text.length <= PIECE ? text : await jsonOfPieces(piecesOf(text));
}

/** The same for a text in pieces of about a million characters, none cut within a character. */
export async function jsonOfPieces(pieces: Iterable<string>): Promise<JsonText> {
  const json = new JsonPieces('"', '"');
  for (const piece of pieces) await json.add(JSON.stringify(piece).slice(1, -1));
  return json.end();
}

/** An object as JSON, where a member may be JSON already. */
export function jsonOfObject(members: Readonly<Record<string, unknown>>): JsonText {
  let json = "";
  for (const [name, value] of Object.entries(members)) {
    const text = value instanceof JsonText ? value.text : JSON.stringify(value);
    json += `${json === "" ? "{" : ","}${JSON.stringify(name)}:${text}`;
  }
  return new JsonText(json === "" ? "{}" : json + "}");
}

function* piecesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    let end = Math.min(at + PIECE, text.length);
    // The halves of a surrogate pair would each be escaped.
    if (isHighSurrogate(text.charCodeAt(end - 1)) && end < text.length) end++;
    yield text.substring(at, end);
    at = end;
  }
}

/**
 * The text of UTF-8 that comes in pieces, as JSON. What is no UTF-8 becomes U+FFFD, and a byte order
 * mark stays.
 *
 * @param pieces each only looked at until the next one is asked for
 * @throws {RangeError} when the text is longer than an answer can be, or than memory allows
 */
export async function jsonOfUtf8(pieces: AsyncIterable<Uint8Array>): Promise<JsonText> {
  const json = new JsonPieces('"', '"');
  // Cut between characters by hand: a streaming decoder takes five times as long.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let rest = new Uint8Array(0);
  for await (const piece of pieces) {
    const bytes = rest.length === 0 ? piece : joined(rest, piece);
    const end = lengthOfWholeCharacters(bytes);
    await json.add(JSON.stringify(decoder.decode(bytes.subarray(0, end))).slice(1, -1));
    rest = bytes.slice(end);
  }
  await json.add(JSON.stringify(decoder.decode(rest)).slice(1, -1));
  return json.end();
}

/** Bytes as standard base64 with padding, as JSON. */
export async function jsonOfBytes(bytes: Uint8Array): Promise<string | JsonText> {
  if (bytes.length <= PIECE_OF_BYTES) return bytes.toBase64();
  const json = new JsonPieces('"', '"');
  for (let at = 0; at < bytes.length; at += PIECE_OF_BYTES) {
    await json.add(bytes.subarray(at, at + PIECE_OF_BYTES).toBase64());
  }
  return json.end();
}

/**
 * Bytes that come in pieces as standard base64 with padding, as JSON.
 *
 * @param pieces all but the last have a multiple of three bytes
 * @throws {RangeError} as for {@linkcode jsonOfUtf8}
 */
export async function jsonOfBase64(pieces: AsyncIterable<Uint8Array>): Promise<JsonText> {
  const json = new JsonPieces('"', '"');
  for await (const piece of pieces) await json.add(piece.toBase64());
  return json.end();
}

/**
 * A list that comes in parts, as JSON.
 *
 * @throws {RangeError} as for {@linkcode jsonOfUtf8}
 */
export async function jsonOfList(parts: AsyncIterable<readonly unknown[]>): Promise<JsonText> {
  const json = new JsonPieces("[", "]");
  let comma = "";
  for await (const part of parts) {
    if (part.length === 0) continue;
    await json.add(comma + JSON.stringify(part).slice(1, -1));
    comma = ",";
  }
  return json.end();
}

/**
 * The bytes of standard base64, padded or not.
 *
 * @throws {HostError} unnamed `NE_RT_NATRTER` for anything else (contracts: Neutralino 6.5, fix)
 */
export async function bytesOfBase64(text: string): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = await decodedInPieces(text);
  // White space moves the places where the text can be cut.
  if (bytes === undefined && WHITE_SPACE.test(text)) {
    bytes = await decodedInPieces(text.replaceAll(new RegExp(WHITE_SPACE, "g"), ""));
  }
  if (bytes === undefined) throw wrongType();
  return bytes;
}

async function decodedInPieces(text: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const bytes = new Uint8Array(Math.ceil(text.length / 4) * 3);
  const turn = new Turn();
  let length = 0;
  try {
    for (let at = 0; at < text.length; at += PIECE) {
      const { written } = bytes.subarray(length).setFromBase64(text.substring(at, at + PIECE));
      // Padding before the end would shift what follows.
      if (at + PIECE < text.length && written !== PIECE_OF_BYTES) return undefined;
      length += written;
      await turn.pass();
    }
  } catch {
    return undefined;
  }
  return bytes.subarray(0, length);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** The length of UTF-8 without the beginning of a character at its end. */
function lengthOfWholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** JSON that is put together in pieces, and given up before it could end the process. */
class JsonPieces {
  readonly #close: string;
  readonly #turn = new Turn();
  #json: string;
  #weighed = 0;

  constructor(open: string, close: string) {
    this.#json = open;
    this.#close = close;
  }

  /** @throws {RangeError} when it gets longer than an answer can be, or than memory allows */
  async add(piece: string): Promise<void> {
    const length = this.#json.length + piece.length;
    if (length > LONGEST) throw new RangeError(`an answer holds ${LONGEST} characters at most`);
    this.#json += piece;
    if (length - this.#weighed >= LARGE) {
      this.#weighed = length;
      await this.#weigh();
    }
    await this.#turn.pass();
  }

  end(): JsonText {
    return new JsonText(this.#json + this.#close);
  }

  /** The pieces become one text when they are sent, of two bytes a character at worst. */
  async #weigh(): Promise<void> {
    const { getHeapStatistics } = await import("node:v8");
    const { heap_size_limit: limit, used_heap_size: used } = getHeapStatistics();
    if (used + this.#json.length * 2 > limit * 0.8) {
      throw new RangeError(
        `memory is too short for an answer above ${this.#json.length} characters`,
      );
    }
  }
}

/**
 * A text put together of pieces becomes one when it is first looked into. To do that on its own and
 * not as a part of sending halves the time for which everybody else has to wait.
 */
export async function madeWhole(text: string): Promise<void> {
  text.charCodeAt(text.length >> 1);
  await breathe();
}

/** A piece of work that stands back for the others every now and then. */
class Turn {
  #began = performance.now();

  /** Settles when everybody else has had their turn, if this one has lasted. */
  async pass(): Promise<void> {
    if (performance.now() - this.#began < TURN_MS) return;
    await breathe();
    this.#began = performance.now();
  }
}
