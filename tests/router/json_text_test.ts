import { assertEquals, assertGreater, assertInstanceOf, assertRejects } from "@std/assert";
import {
  bytesOfBase64,
  jsonOfBase64,
  jsonOfBytes,
  jsonOfList,
  jsonOfObject,
  jsonOfPieces,
  jsonOfText,
  jsonOfUtf8,
  JsonText,
} from "../../lib/router/json_text.ts";
import { formatResponse } from "../../lib/neutralino/messages.ts";

const LARGE = 3 << 20;
const jsonOf = (value: string | JsonText) => {
  assertInstanceOf(value, JsonText);
  return value.text;
};

Deno.test("a small value stays as it is", async () => {
  assertEquals(await jsonOfText('a"ü'), 'a"ü');
  assertEquals(await jsonOfBytes(new Uint8Array([0, 255])), "AP8=");
  assertEquals(await bytesOfBase64("AP8"), new Uint8Array([0, 255]));
});

Deno.test("a large text becomes the JSON that JSON.stringify makes of it", async () => {
  for (const piece of ["a", '"\\\n\u0000', "ü", "😀", "x😀", "\ud800", "\udc00\ud800"]) {
    const text = piece.repeat(LARGE / piece.length);
    if (jsonOf(await jsonOfText(text)) !== JSON.stringify(text)) throw new Error(piece);
  }
});

Deno.test("large bytes go to base64 and back", async () => {
  for (const length of [LARGE, LARGE + 1, LARGE + 2]) {
    const bytes = new Uint8Array(length).map((_, i) => i * 7);
    const json = jsonOf(await jsonOfBytes(bytes));
    if (json !== JSON.stringify(bytes.toBase64())) throw new Error(`${length}`);
    const text = JSON.parse(json);
    const lines = text.replace(/.{76}/g, "$&\r\n");
    for (const variant of [text, text.replace(/=+$/, ""), lines]) {
      const back = await bytesOfBase64(variant);
      if (back.length !== length || back.some((byte, i) => byte !== bytes[i])) {
        throw new Error(`${length}`);
      }
    }
  }
});

Deno.test("what is no base64 is refused wherever it stands", async () => {
  const good = "AAAA".repeat(1 << 19);
  for (const bad of ["A", "AA=A", "a-_b", "A".repeat(5), "ü"]) {
    for (const text of [bad, bad + good, good + bad]) {
      await assertRejects(() => bytesOfBase64(text));
    }
  }
});

/** Parts of a value, the later ones in the same memory as the earlier ones. */
async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    buffer.set(part);
    yield await Promise.resolve(buffer.subarray(0, part.length));
  }
}

Deno.test("UTF-8 gives the same text wherever it is cut", async () => {
  const samples = [
    [...new TextEncoder().encode('\ufeffaü€😀\u0000"\\\n')],
    // Characters that are cut short, surrogates, overlong forms, and what is no UTF-8 at all.
    [0x61, 0xe2, 0x82, 0x62, 0xf0, 0x9f, 0x98, 0xc3, 0xed, 0xa0, 0x80, 0x63, 0xf0, 0x9f, 0x98],
    [0xc0, 0x80, 0xff, 0xfe, 0x80, 0x80, 0x80, 0x80, 0xf8, 0x88, 0x80, 0x80, 0x80, 0xf5, 0x80],
    [0xf0, 0x9f, 0x98, 0x80, 0xf0, 0x80, 0x80, 0x80, 0xe0, 0x80, 0x80, 0xe2, 0x82, 0xac, 0xe2],
    [],
  ];
  for (const sample of samples) {
    const bytes = new Uint8Array(sample);
    const whole = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    for (let size = 1; size <= 7; size++) {
      assertEquals(JSON.parse((await jsonOfUtf8(cut(bytes, size))).text), whole, `${size}`);
    }
  }
});

Deno.test("bytes that come in threes become one base64", async () => {
  for (const length of [0, 1, 5, 6, 7, 8]) {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    assertEquals((await jsonOfBase64(cut(bytes, 6))).text, JSON.stringify(bytes.toBase64()));
  }
});

Deno.test("a list that comes in parts becomes one list", async () => {
  async function* parts() {
    yield [];
    yield [1, { a: ["x"] }];
    yield await Promise.resolve([]);
    yield ["]", null];
  }
  assertEquals((await jsonOfList(parts())).text, '[1,{"a":["x"]},"]",null]');
  assertEquals((await jsonOfList(cutNothing())).text, "[]");
});

async function* cutNothing(): AsyncGenerator<unknown[]> {}

Deno.test("what is longer than a text can be is refused in time", async () => {
  const zeros = new Uint8Array(3 << 20);
  async function* endless() {
    for (;;) yield await Promise.resolve(zeros);
  }
  await assertRejects(() => jsonOfUtf8(endless()), RangeError, "an answer");
});

Deno.test("a large value leaves others their turns", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  await jsonOfText("x".repeat(1 << 26));
  clearInterval(timer);
  assertGreater(turns, 0);
});

Deno.test("an object takes ready-made JSON over, and pieces become one text", async () => {
  const pieces = ['a"\n', "", "世🎉", "\ud800"];
  const members = { number: 1, 'na"me': "x", none: null, text: await jsonOfPieces(pieces) };
  assertEquals(JSON.parse(jsonOfObject(members).text), { ...members, text: pieces.join("") });
  assertEquals(jsonOfObject({}).text, "{}");
});

Deno.test("an answer takes ready-made JSON over as it is", () => {
  const request = { id: '"1', method: "a.b", accessToken: "" };
  const answer = { success: true as const, returnValue: new JsonText("[1]"), message: "m" };
  assertEquals(
    JSON.parse(formatResponse(request, answer)),
    { data: { returnValue: [1], success: true, message: "m" }, id: '"1', method: "a.b" },
  );
});
