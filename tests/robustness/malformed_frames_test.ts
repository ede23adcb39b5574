/** Frames that break every rule, over raw TCP: the one who sends them is cut off, nobody else. */

import { assert, assertEquals } from "@std/assert";
import { startTestHost, type TestHost, within } from "../../lib/testing.ts";
import { query } from "../neutralino/wire.ts";
import { rawRequest } from "../server/raw_http.ts";
import { closePayload, frame, type FrameOptions, handshakeBytes, RawSocket } from "./raw_socket.ts";

const TEXT = 1;
const BINARY = 2;
const CONTINUATION = 0;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const BAD_UTF8 = new Uint8Array([0x22, 0xc3, 0x28, 0xff, 0xed, 0xa0, 0x80, 0x22]);

function f(opcode: number, payload?: string | Uint8Array, options?: FrameOptions) {
  return frame(opcode, payload, options);
}

/** What a client sends after its handshake, frame by frame. */
const FRAMES: [why: string, ...frames: Uint8Array[]][] = [
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, Uint8Array] => [
    `opcode ${opcode}`,
    f(opcode, "x"),
  ]),
  ...[1, 2, 4, 7].map((rsv): [string, Uint8Array] => [`RSV ${rsv}`, f(TEXT, "{}", { rsv })]),
  ["an unmasked text", f(TEXT, "{}", { masked: false })],
  ["an unmasked close", f(CLOSE, closePayload(1000), { masked: false })],
  ["a ping of 126 bytes", f(PING, "x".repeat(126))],
  ["a ping of 70,000 bytes", f(PING, "x".repeat(70_000))],
  ["a close of 200 bytes", f(CLOSE, closePayload(1000, "x".repeat(198)))],
  ["a ping in fragments", f(PING, "x", { fin: false }), f(CONTINUATION, "x")],
  ["a close in fragments", f(CLOSE, closePayload(1000), { fin: false })],
  ["a pong nobody asked for", f(PONG, "x")],
  ["text that is no UTF-8", f(TEXT, BAD_UTF8)],
  ["fragments that are no UTF-8", f(TEXT, "a", { fin: false }), f(CONTINUATION, BAD_UTF8)],
  ["binary that is no UTF-8", f(BINARY, BAD_UTF8)],
  ["a continuation of nothing", f(CONTINUATION, "x")],
  ["a continuation of nothing that goes on", f(CONTINUATION, "x", { fin: false })],
  ["a text within a text", f(TEXT, "{", { fin: false }), f(TEXT, "}")],
  ["a binary within a text", f(TEXT, "{", { fin: false }), f(BINARY, "}", { fin: false })],
  ["a ping within a text", f(TEXT, "{", { fin: false }), f(PING, "p"), f(CONTINUATION, "}")],
  ...[0, 1, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535].map((
    code,
  ): [string, Uint8Array] => [`close code ${code}`, f(CLOSE, closePayload(code))]),
  ["a close of one byte", f(CLOSE, new Uint8Array([3]))],
  ["a close reason that is no UTF-8", f(CLOSE, closePayload(1000, BAD_UTF8))],
  ["frames after a close", f(CLOSE, closePayload(1000)), f(TEXT, "{}"), f(CLOSE)],
  ["a length of 2^63", f(TEXT, "x", { length: 2n ** 63n })],
  ["a length of 2^64 - 1", f(BINARY, "x", { length: 2n ** 64n - 1n })],
  ["a length of 2^40", f(TEXT, "x", { length: 2n ** 40n })],
  ["a length of 1 GB that never comes", f(TEXT, "x", { length: 1_000_000_000 })],
  ["a short length in 64 bits", f(TEXT, "{}", { form: 64 })],
  ["a short length in 16 bits", f(TEXT, "{}", { form: 16 })],
  ["fewer bytes than announced", f(TEXT, "{}", { length: 100 })],
  ["half a header", new Uint8Array([0x81])],
  ["half a length", new Uint8Array([0x81, 0xff, 0, 0])],
  ["half a mask", new Uint8Array([0x81, 0x82, 0, 0])],
  ["nothing at all"],
  ["HTTP", new TextEncoder().encode("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")],
  ["noise", crypto.getRandomValues(new Uint8Array(5000))],
  ["zeros", new Uint8Array(5000)],
  ["10,000 empty fragments", ...Array.from({ length: 10_000 }, () => f(TEXT, "", { fin: false }))],
  ["10,000 pings", ...Array.from({ length: 10_000 }, () => f(PING, "x"))],
];

/** Another client that must feel nothing of all this. */
async function withBystander(test: (app: TestHost) => Promise<void>): Promise<void> {
  await using app = await startTestHost({ config: { extensions: [{ id: "driver" }] } });
  await using bystander = await app.connectDriver("driver");
  await test(app);
  await app.eventually(
    async () => {
      await using page = await app.connectPage();
      return await page.event("clientConnect") === 2;
    },
    { what: "departure of all the others" },
  );
  assertEquals(await bystander.call("app.getProcessId"), Deno.pid);
  assertEquals(app.host.extensions.connected, ["driver"]);
  // A half-sent message must not have become one.
  assert(!app.output.includes("Internal error") && !app.output.includes("Cannot answer"));
}

for (const ending of ["FIN", "RST"] as const) {
  Deno.test(`malformed frames, then ${ending}, harm nobody but their sender`, () =>
    withBystander(async (app) => {
      const target = `/${query(app.host.tokens.page)}`;
      for (const [why, ...frames] of FRAMES) {
        using socket = await RawSocket.open(app.host.port, target);
        const bytes = new Uint8Array(await new Blob(frames as Uint8Array<ArrayBuffer>[]).bytes());
        await socket.write(bytes);
        // With what the host has sent so far unread, closing is a reset.
        if (ending === "RST") continue;
        await socket.finish();
        await within(socket.drain(), 5000, `end after ${why}`);
      }
    }));
}

Deno.test("malformed requests before a handshake harm nobody", () =>
  withBystander(async (app) => {
    const { port } = app.host;
    const half = app.host.tokens.page.split(".")[1]!;
    const text = (lines: string) => new TextEncoder().encode(lines);
    const good = new TextDecoder().decode(handshakeBytes(port, `/?connectToken=${half}`));
    const starts: [why: string, bytes: Uint8Array][] = [
      ["nothing", new Uint8Array(0)],
      ["noise", crypto.getRandomValues(new Uint8Array(3000))],
      ["TLS", new Uint8Array([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3])],
      ["a frame", frame(1, "{}")],
      ["HTTP/2", text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")],
      ["half a request line", text("GET /")],
      ["half a handshake", text(good.slice(0, -40))],
      ["a huge header", text(good.replace("\r\n\r\n", `\r\nX: ${"x".repeat(2_000_000)}\r\n\r\n`))],
      ["many headers", text(good.replace("\r\n\r\n", `\r\n${"X: y\r\n".repeat(20_000)}\r\n`))],
      ["a huge target", text(good.replace("/?", `/${"a".repeat(500_000)}?`))],
      ["a bad method", text(good.replace("GET", "G\0T"))],
      ["a bad version", text(good.replace("HTTP/1.1", "HTTP/9.9"))],
      ["a body", text(good.replace("\r\n\r\n", "\r\nContent-Length: 9\r\n\r\nnine byte"))],
      ["chunks", text(good.replace("\r\n\r\n", "\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"))],
      ["a handshake left at once", text(good)],
      ["a handshake with a frame behind", new Uint8Array([...text(good), ...frame(1, "{}")])],
    ];
    for (const [why, bytes] of starts) {
      for (let round = 0; round < 5; round++) {
        using socket = await RawSocket.dial(port);
        await socket.write(bytes);
        if (round % 2 === 0) continue;
        await socket.finish();
        await within(socket.drain(), 5000, `end after ${why}`);
      }
    }
    const { status } = await rawRequest(port, "GET / HTTP/1.1", `Host: localhost:${port}`);
    assertEquals(status, 404);
  }));

Deno.test("malformed targets are refused, each with an answer", () =>
  withBystander(async (app) => {
    const { port } = app.host;
    const half = app.host.tokens.backend.split(".")[1]!;
    const targets = [
      "/?connectToken=%00",
      "/?connectToken=%",
      "/?connectToken=%ff%fe",
      `/?connectToken=${"x".repeat(20_000)}`,
      `/?extensionId=${"x".repeat(20_000)}`,
      `/?connectToken=${half}&extensionId=%2e%2e/`,
      `/?connectToken=${half}&extensionId=`,
      `/?connectToken=${half}&extensionId=%`,
      "/?extensionId=&connectToken=",
      "/?&&&===",
      "//",
      "*",
      "/\\..\\",
      "/%2e%2e/?",
      "/?extensionId=driver&extensionId=driver&connectToken==",
    ];
    for (const target of targets) {
      const error = await RawSocket.open(port, target).then(
        (socket) => (socket[Symbol.dispose](), "connected"),
        (error) => error.message,
      );
      assert(/^refused: HTTP\/1.1 4/.test(error), `${target.slice(0, 60)}: ${error}`);
    }
  }));
