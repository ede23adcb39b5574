/** Row 10: names that objects inherit are names like any other, wherever they come. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { Params } from "../../lib/router/params.ts";
import { startTestHost, type TestHost } from "../../lib/testing.ts";
import { query, Wire } from "../neutralino/wire.ts";
import { ask, handshake } from "./whole_host.ts";

const NAMES = [
  "__proto__",
  "constructor",
  "prototype",
  "hasOwnProperty",
  "toString",
  "valueOf",
  "__defineGetter__",
  "__lookupSetter__",
];

/** Everything that pollution could change, as text. */
function prototypes(): string {
  const all = [Object, Array, Function, String, Map, Promise, Error].map(({ prototype }) =>
    Object.getOwnPropertyNames(prototype).sort().join()
  );
  const empty: Record<string, unknown> = {};
  return [...all, `${empty.polluted}`, `${Object.getPrototypeOf(Object.prototype)}`].join("\n");
}

/** JSON text with `name` as a key of its own, which no object literal can have. */
function keyed(name: string, value: string): string {
  return `{${JSON.stringify(name)}:${value}}`;
}

async function unchanged(test: () => Promise<void>): Promise<void> {
  const before = prototypes();
  await test();
  assertEquals(prototypes(), before);
}

async function withPage(
  test: (page: Wire, token: string, app: TestHost) => Promise<void>,
): Promise<void> {
  await using app = await startTestHost({ config: { extensions: [{ id: "driver" }] } });
  const token = app.host.tokens.page;
  await using page = await Wire.open(`ws://127.0.0.1:${app.host.port}/${query(token)}`);
  await unchanged(() => test(page, token, app));
}

/** The error code of a call whose data is JSON text. */
async function outcome(page: Wire, accessToken: string, method: string, data: string) {
  const id = crypto.randomUUID();
  const head = JSON.stringify({ id, method, accessToken }).slice(0, -1);
  page.send(`${head},"data":${data}}`);
  const { data: result } = await page.response(id) as {
    data: { error?: { code: string }; returnValue?: unknown };
  };
  return result.error?.code ?? result.returnValue ?? "ok";
}

Deno.test("an inherited name is no method, no namespace and no extension", () =>
  withPage(async (page, token, app) => {
    for (const name of NAMES) {
      const methods = [name, `${name}.${name}`, `app.${name}`, `${name}.exit`, `window.${name}`];
      for (const method of [...methods, `custom.${name}`, `${name}.prototype.polluted`]) {
        assertEquals(await outcome(page, token, method, "null"), "NE_RT_NATNTIM", method);
      }
      const target = `{"extensionId":"${name}","event":"e","queue":true}`;
      assertEquals(await outcome(page, token, "extensions.dispatch", target), "NE_EX_EXTNOTC");
      assertEquals(await handshake(app, `/?extensionId=${name}`), 400, name);
      assertEquals(await handshake(app, `/${query(app.host.tokens.backend, name)}`), 400, name);
      assertEquals(await handshake(app, `/?connectToken=${name}`), 400, name);
    }
    assertEquals(await outcome(page, token, "extensions.getStats", "null"), {
      loaded: ["driver"],
      connected: [],
    });
  }));

Deno.test("an inherited name counts as no parameter", () =>
  withPage(async (page, token) => {
    for (const name of NAMES) {
      for (const value of ['{"event":"e","key":"k","data":"d"}', "null", '"x"', "[1]"]) {
        const data = keyed(name, value);
        for (const method of ["events.broadcast", "storage.getData", "storage.setData"]) {
          assertEquals(await outcome(page, token, method, data), "NE_RT_NATRTER", data);
        }
      }
    }
  }));

Deno.test("an event of any name and with any members reaches everybody as it is", () =>
  withPage(async (page, token, app) => {
    await using driver = await app.connectDriver("driver");
    for (const name of NAMES) {
      const value = `{"polluted":${keyed("constructor", '{"prototype":{"polluted":1}}')}}`;
      let deep = keyed(name, value);
      for (let depth = 0; depth < 5; depth++) deep = `[{"a":${deep}}]`;
      const data = `{"event":"${name}","data":${deep}}`;
      assertEquals(await outcome(page, token, "events.broadcast", data), "ok", name);
      const got = await driver.event(name);
      assertEquals(JSON.stringify(got), deep);
      assertEquals(({} as Record<string, unknown>).polluted, undefined);
    }
  }));

Deno.test("storage keeps values under inherited names, and lists them", () =>
  withPage(async (page, token) => {
    for (const name of NAMES) {
      const key = `{"key":"${name}"}`;
      assertEquals(await outcome(page, token, "storage.getData", key), "NE_ST_NOSTKEX", name);
      const entry = `{"key":"${name}","data":"of ${name}"}`;
      assertEquals(await outcome(page, token, "storage.setData", entry), "ok");
      assertEquals(await outcome(page, token, "storage.getData", key), `of ${name}`);
    }
    assertEquals(await outcome(page, token, "storage.getKeys", "null"), NAMES.toSorted());
  }));

Deno.test("mounts, paths and log types of inherited names are plain ones", () =>
  withPage(async (page, token, app) => {
    for (const name of NAMES) {
      const mount = `{"path":"/${name}","target":${JSON.stringify(app.folder)}}`;
      await outcome(page, token, "server.mount", mount);
      await outcome(page, token, "server.mount", mount.replace(`"/${name}"`, `"${name}"`));
      assertEquals((await ask(app, `/${name}/x`, ["Host: localhost:PORT"])).status, 404);
      await outcome(page, token, "debug.log", `{"message":"m","type":"${name}"}`);
    }
    const mounts = await outcome(page, token, "server.getMounts", "null");
    assertEquals(Object.keys(mounts as object).length, NAMES.length * 2);
  }));

Deno.test("members of a request of inherited names are no members", () =>
  withPage(async (page, token, app) => {
    for (const name of NAMES) {
      const request = JSON.stringify({ id: "x", method: "app.exit", accessToken: token });
      page.send(keyed(name, request));
      page.send(`{"id":"x",${keyed(name, request).slice(1, -1)}}`);
      page.send(JSON.stringify({ id: name, method: "app.getProcessId", accessToken: name }));
      await page.response(name);
    }
    assertEquals(await outcome(page, token, "app.getProcessId", "null"), Deno.pid);
    await app.printed("NE_SR_UNBPARS");
  }));

Deno.test("a parameter that is only inherited is not there", () => {
  const inherited = new Params(Object.create({ event: "inherited" }));
  for (
    const params of [inherited, new Params({}), new Params(JSON.parse('{"__proto__":{"a":1}}'))]
  ) {
    for (const name of [...NAMES, "event", "a"]) {
      assertEquals(
        params.has(name),
        name === "__proto__" && Object.hasOwn(params.raw as object, name),
      );
    }
  }
});

/** Configurations as text: `JSON.stringify` would drop the interesting key. */
const CONFIGS: [why: string, members: string][] = [
  ...NAMES.map((name): [string, string] => [
    `${name} at the root`,
    `${JSON.stringify(name)}:{"polluted":1,"enableServer":false}`,
  ]),
  [
    "__proto__ in a mode",
    '"modes":{"__proto__":{"polluted":1},"browser":{"__proto__":{"port":1}}}',
  ],
  ["constructor as a mode", '"modes":{"constructor":{"prototype":{"polluted":1}}}'],
  ["__proto__ in globals", '"globalVariables":{"__proto__":{"polluted":1},"OK":{"__proto__":1}}'],
  ["constructor in globals", '"globalVariables":{"constructor":1,"toString":2}'],
  ["__proto__ in headers", '"serverHeaders":{"__proto__":"x","constructor":"y","toString":"z"}'],
  ["__proto__ in limits", '"limits":{"__proto__":{"maxMessageBytes":1},"toString":1}'],
  [
    "__proto__ as an id",
    '"extensions":[{"id":"__proto__"},{"id":"constructor"},{"__proto__":{"id":"x"}}]',
  ],
  ["a mode of that name", '"applicationId":"__proto__"'],
];

for (const [why, members] of CONFIGS) {
  Deno.test(`a configuration with ${why} is a configuration`, () =>
    unchanged(async () => {
      const text = '{"enableServer":true,"enableNativeAPI":true,"enableExtensions":true,' +
        `"defaultMode":"browser",${members}}`;
      await using app = await startTestHost({ files: { "neutralino.config.json": text } });
      await using page = await app.connectPage();
      const config = await page.call("app.getConfig") as Record<string, unknown>;
      assertEquals(config.enableServer, true);
      assertEquals(config.polluted, undefined);
      const { status, body } = await ask(app, "/__neutralino_globals.js", ["Host: localhost:PORT"]);
      assertEquals(status, 200);
      new Function(body);
      if (!members.includes('"id":"__proto__"')) return;
      assertEquals(app.host.extensions.loaded, ["__proto__", "constructor"]);
      assertEquals(await handshake(app, "/?extensionId=__proto__"), 101);
      assertEquals(await handshake(app, "/?extensionId=toString"), 400);
    }));
}

Deno.test("flags of such names change nothing", () =>
  unchanged(async () => {
    const args = NAMES.flatMap((name) => [`--${name}=1`, `--${name}`, `--window-${name}=1`]);
    await using app = await startTestHost({ args });
    assert(app.host.port > 0);
  }));

Deno.test("a mode or handshake of such a name is refused in one line", async () => {
  for (const name of NAMES) {
    await assertRejects(
      () => startTestHost({ config: { extensions: [{ id: "a", handshake: name }] } }),
      Error,
      '"extensions.0.handshake"',
    );
  }
});
