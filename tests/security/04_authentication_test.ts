/** Row 4: without its own token a caller can do nothing at all, whatever the method. */

import { assert, assertEquals } from "@std/assert";
import { ProcessInput } from "../../lib/methods/process_input.ts";
import { startTestHost, type TestHost } from "../../lib/testing.ts";
import { query, Wire } from "../neutralino/wire.ts";
import { needs, posix } from "../tools.ts";
import { methodNames } from "./method_names.ts";

const METHODS = [...await methodNames(), "custom.touch", "os.execCommand", "no.such", ""];
const MARK = "must-not-happen";

/** The parameters of all methods together: each would find what it needs. */
const DATA = {
  key: "k",
  data: MARK,
  event: MARK,
  extensionId: "driver",
  queue: true,
  path: "/m",
  target: "/",
  message: MARK,
  code: 7,
  command: `echo ${MARK}`,
  id: "made",
  method: "work",
  methods: [MARK],
  callId: "1",
  result: MARK,
  hook: MARK,
  runId: "1",
  allow: true,
};

interface Scene {
  app: TestHost;
  /** Times a method with an effect of the test's own ran. */
  effects: { touched: number; read: number };
  /** Access tokens by owner. */
  tokens: Record<"page" | "backend" | "first" | "second", string>;
}

/** A host whose extensions tell the test their tokens. */
async function withScene(test: (scene: Scene) => Promise<void>): Promise<void> {
  const effects = { touched: 0, read: 0 };
  const tell = (id: string) => ({
    id,
    handshake: "stdin",
    command: "cat > ${NL_PATH}/" + id + ".part; mv ${NL_PATH}/" + id + ".part ${NL_PATH}/" + id +
      ".json; exec sleep 60",
  });
  await using app = await startTestHost({
    config: { extensions: [tell("first"), tell("second"), { id: "driver" }] },
    methods: { touch: () => void effects.touched++ },
    input: new ProcessInput(() => {
      effects.read++;
      return Promise.resolve(null);
    }),
  });
  const told = async (id: string) => {
    const path = `${app.folder}/${id}.json`;
    await app.eventually(() => Deno.stat(path).then(() => true, () => false));
    return JSON.parse(await Deno.readTextFile(path)).nlToken as string;
  };
  const [first, second] = await Promise.all([told("first"), told("second")]);
  await test({ app, effects, tokens: { ...app.host.tokens, first, second } });
}

function connect({ app, tokens }: Scene, who: keyof Scene["tokens"]): Promise<Wire> {
  const id = who === "first" || who === "second" ? who : undefined;
  return Wire.open(`ws://127.0.0.1:${app.host.port}/${query(tokens[who], id)}`);
}

/** What a caller may try instead of its own token; `undefined` leaves the member out. */
function attempts({ tokens }: Scene, who: keyof Scene["tokens"]): [string, unknown][] {
  const own = tokens[who];
  const others = Object.entries(tokens).filter(([name]) => name !== who);
  const [firstHalf, connectHalf] = own.split(".");
  return [
    ["no member", undefined],
    ["null", null],
    ["a number", 0],
    ["true", true],
    ["the token in an array", [own]],
    ["an object", { toString: own }],
    ["an empty text", ""],
    ["a wrong one", "x".repeat(47) + "." + "y".repeat(49)],
    ["only the connect half", connectHalf],
    ["the connect half behind a dot", `.${connectHalf}`],
    ["only the first half", firstHalf],
    ["the halves the wrong way round", `${connectHalf}.${firstHalf}`],
    ["the token and more", `${own} `],
    ["the token but its last character", own.slice(0, -1)],
    ["another case", own.toLowerCase() === own ? own.toUpperCase() : own.toLowerCase()],
    ...others.map(([name, token]): [string, unknown] => [`the token of ${name}`, token]),
    ...others.map(([name, token]): [string, unknown] => [
      `the connect half of ${name} behind the own first half`,
      `${firstHalf}.${token.split(".")[1]}`,
    ]),
  ];
}

Deno.test("the tables have the methods of the contract", () => {
  assert(METHODS.length >= 60, String(METHODS.length));
  for (const name of ["app.exit", "storage.setData", "window.setTitle", "custom.getMethods"]) {
    assert(METHODS.includes(name), name);
  }
});

for (const who of ["page", "backend", "first"] as const) {
  Deno.test({
    name: `no method runs for ${who} without its own token`,
    ...needs(posix),
    fn: () =>
      withScene(async (scene) => {
        const { app, effects, tokens } = scene;
        await using caller = await connect(scene, who);
        await using page = await Wire.open(`ws://127.0.0.1:${app.host.port}/${query(tokens.page)}`);
        await using driver = await app.connectDriver("driver");
        await driver.call("extensions.provide", { methods: ["work"] });
        await driver.call("hooks.add", { hook: MARK });
        let refused = 0;
        for (const [why, accessToken] of attempts(scene, who)) {
          for (const method of METHODS) {
            caller.send({ id: `${why} ${method}`, method, accessToken, data: DATA });
          }
          if (typeof accessToken === "string") refused += METHODS.length;
        }
        // The connection still works, and everything before has been seen to.
        caller.send({ id: "last", method: "server.getMounts", accessToken: tokens[who] });
        let answers = 0;
        for (;;) {
          const frame = JSON.parse(await caller.next() as string);
          if (frame.id === undefined) {
            assert(frame.event !== MARK);
            continue;
          }
          if (frame.id === "last") {
            assertEquals(frame.data, { success: true, returnValue: {} });
            break;
          }
          answers++;
          assertEquals(frame.data.error?.code, "NE_RT_INVTOKN", frame.id);
        }
        assertEquals(answers, refused);

        assertEquals(effects, { touched: 0, read: 0 });
        assert(!app.output.includes(MARK), "something was printed or logged");
        assertEquals(app.host.extensions.loaded, ["first", "second", "driver"]);
        assert(app.host.extensions.connected.includes("driver"));
        const info = await driver.call("extensions.getInfo", { extensionId: "driver" });
        const { methods, calls } = info as { methods: string[]; calls: Record<string, number> };
        assertEquals(methods, ["work"]);
        assertEquals(Object.values(calls).filter((count) => count !== 0), []);
        const told = driver.events.map(({ event }) => event);
        for (const event of ["extensionCall", "hookRun", "windowClose"]) {
          assert(!told.includes(event), event);
        }
        const names = [...Deno.readDirSync(app.folder)].map(({ name }) => name);
        assert(!names.includes(".storage"), "something was stored");
        // An event sent now is the first one of its name: none came before it.
        await using sender = await app.connectPage();
        await sender.call("events.broadcast", { event: MARK, data: "the first" });
        assertEquals(await driver.event(MARK), "the first");
        for (;;) {
          const frame = JSON.parse(await page.next() as string);
          if (frame.event !== MARK) continue;
          assertEquals(frame.data, "the first");
          break;
        }
        assertEquals(await sender.call("app.getProcessId"), Deno.pid);
      }),
  });
}

Deno.test({
  name: "the same calls do run with the own token",
  ...needs(posix),
  fn: () =>
    withScene(async (scene) => {
      const { app, effects } = scene;
      await using page = await app.connectPage();
      for (const method of ["custom.touch", "debug.log", "storage.setData"]) {
        await page.call(method, DATA);
      }
      await page.call("app.readProcessInput");
      await Deno.stat(`${app.folder}/.storage`);
      assertEquals(effects.touched, 1);
      assert(effects.read > 0);
      assert(app.output.includes(MARK));
    }),
});

Deno.test("nobody connects without a connect token, and no socket speaks for another", async () => {
  await using app = await startTestHost({ config: { extensions: [{ id: "driver" }] } });
  const { port, tokens: { page } } = app.host;
  const [first, connect] = page.split(".");
  for (
    const target of [
      "/",
      "/?",
      "/?connectToken",
      "/?connectToken=",
      "/?connectToken=undefined",
      "/?connectToken=null",
      `/?connectToken=${first}`,
      `/?connectToken=${page}`,
      `/?connectToken=${connect}x`,
      `/?connectToken=${connect!.slice(1)}`,
      `/?connecttoken=${connect}`,
      `/?accessToken=${page}`,
      `/?connectToken=%${connect}`,
    ]
  ) {
    const error = await Wire.open(`ws://127.0.0.1:${port}${target}`).then(
      () => "connected",
      () => "refused",
    );
    assertEquals(error, "refused", target);
  }
});
