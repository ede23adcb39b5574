import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startTestHost, type TestHost, type TestHostOptions } from "../../lib/testing.ts";
import { query, Wire } from "./wire.ts";

/** A host, and one raw connection of its page. */
async function withPage(
  test: (page: Wire, token: string, app: TestHost) => Promise<void>,
  options: TestHostOptions = {},
): Promise<void> {
  await using app = await startTestHost(options);
  const token = app.host.tokens.page;
  await using page = await Wire.open(`ws://127.0.0.1:${app.host.port}/${query(token)}`);
  await page.next();
  await page.next();
  await test(page, token, app);
}

/** contracts: Neutralino 12 */
const EXCHANGES: [request: Record<string, unknown>, data: unknown][] = [
  [{ method: "app.getProcessId" }, { returnValue: Deno.pid, success: true }],
  [{ method: "foo.bar" }, {
    error: {
      code: "NE_RT_NATNTIM",
      message: "foo.bar is not implemented in the Neutralinojs server",
    },
  }],
  [{ method: "" }, {
    error: { code: "NE_RT_NATNTIM", message: " is not implemented in the Neutralinojs server" },
  }],
  [{ method: "constructor" }, {
    error: {
      code: "NE_RT_NATNTIM",
      message: "constructor is not implemented in the Neutralinojs server",
    },
  }],
  [{ method: "extensions.dispatch", data: { event: "x" } }, {
    error: {
      code: "NE_RT_NATRTER",
      message: "Native method execution error occurred. Required parameter is missing: extensionId",
    },
  }],
  [{ method: "extensions.dispatch", data: { extensionId: null, event: "x" } }, {
    error: {
      code: "NE_RT_NATRTER",
      message: "Native method execution error occurred. Required parameter is missing: extensionId",
    },
  }],
  [{ method: "app.broadcast", data: { event: 5 } }, {
    error: {
      code: "NE_RT_NATRTER",
      message: "Native method execution error occurred. Required parameter is missing: ",
    },
  }],
  [{ method: "app.broadcast", data: ["event"] }, {
    error: {
      code: "NE_RT_NATRTER",
      message: "Native method execution error occurred. Required parameter is missing: event",
    },
  }],
  [{ method: "window.setTitle", data: { title: "x" } }, {
    message: "Discarded. window.setTitle works within the window mode only",
    success: true,
  }],
  [{ method: "window.setMainMenu", data: [] }, {
    message: "Discarded. window.setMainMenu works within the window mode only",
    success: true,
  }],
  [{ method: "window.unknown" }, {
    error: {
      code: "NE_RT_NATNTIM",
      message: "window.unknown is not implemented in the Neutralinojs server",
    },
  }],
];

Deno.test("a session answers the exchanges of the contract to the letter", () =>
  withPage(async (page, accessToken) => {
    for (const [index, [request, data]] of EXCHANGES.entries()) {
      const id = `id ${index} "ü"`;
      page.send({ id, accessToken, ...request });
      assertEquals(await page.response(id), { id, method: request.method, data });
    }
  }));

Deno.test("a session gives no reply to what is no request, and goes on", () =>
  withPage(async (page, accessToken, app) => {
    const good = { id: "1", method: "app.getProcessId", accessToken };
    const malformed: unknown[] = [
      "",
      "{",
      "null",
      "5",
      '"text"',
      "[]",
      "{}",
      "\u0000",
      { ...good, id: undefined },
      { ...good, id: 1 },
      { ...good, method: undefined },
      { ...good, method: ["app.exit"] },
      { ...good, accessToken: undefined },
      { ...good, accessToken: null },
      new Uint8Array([0xff, 0xfe, 0x00]),
      new Uint8Array(0),
      "[".repeat(100_000),
    ];
    for (const frame of malformed) page.send(frame);
    page.send({ ...good, id: "last" });
    const first = JSON.parse(await page.next() as string);
    assertEquals(first.id, "last");
    const line = "NE_SR_UNBPARS: Unable to parse native call payload (from a page)";
    await app.printed(line);
    // contracts: Neutralino 1.8: an error, not a warning.
    assertMatch(app.output, /^ERROR .* NE_SR_UNBPARS: /m);
  }));

Deno.test("a session refuses a wrong access token with NE_RT_INVTOKN and stays open", () =>
  withPage(async (page, accessToken, app) => {
    const { backend } = app.host.tokens;
    const wrong = ["", "x", backend, accessToken + "x", accessToken.slice(0, -1)];
    for (const [index, token] of wrong.entries()) {
      page.send({ id: `${index}`, method: "app.getProcessId", accessToken: token });
      const answer = await page.response(`${index}`) as { data: { error: { code: string } } };
      assertEquals(answer.data.error.code, "NE_RT_INVTOKN");
    }
    page.send({ id: "good", method: "app.getProcessId", accessToken });
    assertEquals(await page.response("good"), {
      id: "good",
      method: "app.getProcessId",
      data: { success: true, returnValue: Deno.pid },
    });
  }));

Deno.test("a session sends the events that a call causes before its response", () =>
  withPage(async (page, accessToken) => {
    const data = { event: "E", data: { a: 1 } };
    page.send({ id: "5", method: "app.broadcast", accessToken, data });
    assertEquals(JSON.parse(await page.next() as string), { event: "E", data: { a: 1 } });
    assertEquals(JSON.parse(await page.next() as string), {
      id: "5",
      method: "app.broadcast",
      data: { success: true },
    });
  }));

Deno.test("a session closes with 1009 when a message is above the bound", () =>
  withPage(async (page, accessToken, app) => {
    const request = { id: "1", method: "debug.log", accessToken, data: { message: "" } };
    request.data.message = "x".repeat(1000);
    page.send(request);
    await page.response("1");
    request.data.message = "x".repeat(3000);
    page.send(request);
    assertEquals((await page.closed).code, 1009);
    await app.printed("A page was closed: it sent a message above 2000 bytes");
  }, { config: { limits: { maxMessageBytes: 2000 } } }));

Deno.test("a session counts bytes and not characters against the bound", () =>
  withPage(async (page, accessToken) => {
    const request = {
      id: "1",
      method: "debug.log",
      accessToken,
      data: { message: "€".repeat(700) },
    };
    assert(JSON.stringify(request).length < 2000);
    page.send(request);
    assertEquals((await page.closed).code, 1009);
  }, { config: { limits: { maxMessageBytes: 2000 } } }));

Deno.test("a session keeps the order of calls that touch the same resource", () =>
  withPage(async (page, accessToken) => {
    const call = (id: string, method: string, data: unknown) =>
      page.send({ id, method, accessToken, data });
    for (let i = 0; i < 50; i++) {
      call(`w${i}`, "storage.setData", { key: "k", data: `value ${i}` });
      call(`r${i}`, "storage.getData", { key: "k" });
    }
    for (let i = 0; i < 50; i++) {
      const answer = await page.response(`r${i}`) as { data: { returnValue: string } };
      assertEquals(answer.data.returnValue, `value ${i}`);
    }
  }));

Deno.test("a session answers others while a call of its own waits", () =>
  withPage(async (page, accessToken) => {
    page.send({ id: "wait", method: "custom.wait", accessToken });
    page.send({ id: "quick", method: "app.getProcessId", accessToken });
    assertEquals(JSON.parse(await page.next() as string).id, "quick");
    page.send({ id: "end", method: "custom.end", accessToken });
    await page.response("wait");
  }, { methods: waitingMethods() }));

/** `custom.wait` answers when `custom.end` is called. */
function waitingMethods(): TestHostOptions["methods"] & object {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { wait: () => promise, end: () => resolve() };
}

Deno.test("a session is closed with 1013 when too many of its calls wait", () =>
  withPage(async (page, accessToken) => {
    for (let i = 0; i < 11; i++) page.send({ id: `${i}`, method: "custom.wait", accessToken });
    assertEquals((await page.closed).code, 1013);
  }, { methods: waitingMethods(), config: { limits: { maxPendingCalls: 10 } } }));

Deno.test("a session says why it is closed also to a client that goes on sending", () =>
  withPage(async (page, accessToken) => {
    for (let i = 0; i < 2000; i++) page.send({ id: `${i}`, method: "custom.wait", accessToken });
    const { code, reason } = await page.closed;
    assertEquals([code, reason], [1013, "too many unanswered calls"]);
  }, { methods: waitingMethods(), config: { limits: { maxPendingCalls: 10 } } }));

Deno.test("a session keeps large answers for a client that asked for many of them at once", () =>
  withPage(async (page, accessToken) => {
    for (let i = 0; i < 20; i++) page.send({ id: `${i}`, method: "custom.text", accessToken });
    for (let i = 0; i < 20; i++) {
      const answer = await page.response(`${i}`) as { data: { returnValue: string } };
      assertEquals(answer.data.returnValue.length, 1_000_000);
    }
  }, {
    methods: { text: () => Promise.resolve("x".repeat(1_000_000)) },
    config: { limits: { maxOutboxBytes: 1_500_000 } },
  }));

Deno.test("a session answers NE_RT_NATRTER for a result that is no JSON, and logs why a method failed", () =>
  withPage(async (page, accessToken, app) => {
    page.send({ id: "1", method: "custom.big", accessToken });
    page.send({ id: "2", method: "custom.broken", accessToken });
    for (const id of ["1", "2"]) {
      const answer = await page.response(id) as { data: { error: { code: string } } };
      assertEquals(answer.data.error.code, "NE_RT_NATRTER");
    }
    await app.printed("custom.broken failed: on purpose");
    assertStringIncludes(app.output, "WARNING");
  }, {
    methods: {
      big: () => 1n,
      broken: () => {
        throw new Error("on purpose");
      },
    },
  }));

Deno.test("an extension receives the frame type of its first message from then on", async () => {
  await using app = await startTestHost({
    config: { extensions: [{ id: "bin" }, { id: "text" }] },
  });
  const accessToken = app.host.tokens.backend;
  const base = `ws://127.0.0.1:${app.host.port}/`;
  const request = JSON.stringify({ id: "1", method: "app.getProcessId", accessToken });
  await using binary = await Wire.open(base + query(accessToken, "bin"));
  assert(typeof await binary.next() === "string");
  assert(typeof await binary.next() === "string");
  binary.send(new TextEncoder().encode(request));
  assert(await binary.next() instanceof ArrayBuffer);
  await using text = await Wire.open(base + query(accessToken, "text"));
  assert(await binary.next() instanceof ArrayBuffer);
  assert(await binary.next() instanceof ArrayBuffer);
  binary.send(request);
  assert(await binary.next() instanceof ArrayBuffer);
  text.send(request);
  await text.response("1");
  text.send(new TextEncoder().encode(request.replace('"1"', '"2"')));
  assert(typeof await text.next() === "string");
});

Deno.test("an app client receives text, whatever it sends", () =>
  withPage(async (page, accessToken) => {
    const request = JSON.stringify({ id: "1", method: "app.getProcessId", accessToken });
    page.send(new TextEncoder().encode(request));
    assert(typeof await page.next() === "string");
  }));

Deno.test("numbers that JavaScript cannot hold are passed on digit by digit", async () => {
  await using app = await startTestHost({ config: { extensions: [{ id: "driver" }] } });
  const { page, backend } = app.host.tokens;
  const base = `ws://127.0.0.1:${app.host.port}/`;
  await using driver = await Wire.open(base + query(backend, "driver"));
  await using sender = await Wire.open(base + query(page));
  const data =
    '{"id":12345678901234567890,"pi":3.14159265358979323846,"n":1,"s":"12345678901234567890"}';
  for (const method of ["extensions.dispatch", "extensions.broadcast", "events.broadcast"]) {
    const target = `"extensionId":"driver","event":"exact ${method}","data":${data}`;
    sender.send(`{"id":"1","method":"${method}","accessToken":"${page}","data":{${target}}}`);
    let frame = "";
    while (!frame.includes("exact")) frame = await driver.next() as string;
    assertStringIncludes(frame, `"data":${data}`);
  }
});
