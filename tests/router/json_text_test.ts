import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import {
  bytesOfBase64,
  jsonOfBytes,
  jsonOfObject,
  jsonOfPieces,
  jsonOfText,
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
