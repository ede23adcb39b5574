import { assertEquals, assertThrows } from "@std/assert";
import { closeFrame, FrameWalker, joined, textFrame } from "../../bench/load/frames.ts";

/** A server's frame: not masked. */
function serverFrame(opcode: number, length: number, final = true): Uint8Array {
  const head = [(final ? 0x80 : 0) | opcode];
  if (length < 126) head.push(length);
  else if (length < 65_536) head.push(126, length >> 8, length & 255);
  else {head.push(
      127,
      0,
      0,
      0,
      0,
      length >>> 24,
      length >> 16 & 255,
      length >> 8 & 255,
      length & 255,
    );}
  return joined([new Uint8Array(head), new Uint8Array(length).fill(0x88)]);
}

/** Lengths found when the stream comes in pieces of `size`, as a reader's buffer would have it. */
function lengths(stream: Uint8Array, size: number): number[] {
  const walker = new FrameWalker();
  const found: number[] = [];
  let rest = new Uint8Array();
  for (let at = 0; at < stream.length; at += size) {
    const bytes = joined([rest, stream.subarray(at, at + size)]);
    rest = bytes.slice(walker.walk(bytes, (length) => found.push(length)));
  }
  assertEquals(rest.length, 0);
  return found;
}

Deno.test("FrameWalker finds frames of every header size, however the stream is cut", () => {
  const expected = [5, 0, 125, 126, 65_535, 65_536, 1];
  const stream = joined(expected.map((length) => serverFrame(1, length)));
  for (const size of [1, 2, 3, 7, 1000, 65_536, stream.length]) {
    assertEquals(lengths(stream, size), expected);
  }
});

Deno.test("FrameWalker steps over pings", () => {
  assertEquals(lengths(joined([serverFrame(9, 3), serverFrame(2, 4)]), 1), [4]);
});

Deno.test("FrameWalker refuses a close frame and parts of messages", () => {
  const walk = (frame: Uint8Array) => () => new FrameWalker().walk(frame, () => {});
  assertThrows(walk(serverFrame(8, 2)), Error, "closed a connection");
  assertThrows(walk(serverFrame(1, 2, false)), Error, "several frames");
});

Deno.test("textFrame() is masked and has the shortest header", () => {
  for (const [length, header] of [[125, 2], [126, 4], [65_535, 4], [65_536, 10]] as const) {
    const frame = textFrame("a".repeat(length));
    assertEquals(frame.length, header + 4 + length);
    assertEquals([frame[0], frame[1]! & 0x80], [0x81, 0x80]);
    const key = frame.subarray(header, header + 4);
    assertEquals(frame[header + 4 + 5]! ^ key[1]!, 0x61);
  }
  assertEquals(closeFrame().length, 8);
});
