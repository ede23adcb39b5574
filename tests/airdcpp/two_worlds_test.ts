/** Packages beside extensions of the configuration: one supervisor, one hub, one set of methods. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { CallError, type TestClient, type TestHost } from "../../lib/testing.ts";
import { ApiConnection, http, membersOf } from "./api_client.ts";
import { asAdmin, attachAdmin, observer } from "./host_api.ts";
import {
  argumentsOf,
  packageJson,
  type PackagesHostOptions,
  startPackagesHost,
} from "./packages_host.ts";

const X = "airdcpp-x";
const Y = "airdcpp-y";

/** A host with package X, whose connection the test holds, and a page. */
async function together(
  options: PackagesHostOptions = {},
): Promise<{ app: TestHost; page: TestClient; socket: ApiConnection; token: string }> {
  const app = await startPackagesHost({ [X]: {}, [Y]: { settings: { DISABLED: "" } } }, options);
  try {
    const token = (await argumentsOf(app, X)).get("authToken")!;
    const socket = await ApiConnection.attach(app.host.port, token);
    return { app, page: await app.connectPage(), socket, token };
  } catch (error) {
    await app.stop();
    throw error;
  }
}

const DRIVER = { config: { extensions: [{ id: "js.driver" }] } };

Deno.test("extensions.getStats and getInfo know packages and configured extensions alike", async () => {
  const { app, page, socket } = await together(DRIVER);
  await using _ = app;
  await using _socket = socket;
  assertEquals(await page.call("extensions.getStats"), {
    loaded: ["js.driver", X, Y],
    connected: [X],
  });
  const info = await page.call("extensions.getInfo", { extensionId: X }) as Record<string, unknown>;
  assertEquals([info.id, info.state, info.connected, info.restarts], [X, "connected", true, 0]);
  assert((info.pid as number) > 0 && (info.memoryBytes as number) > 0);
  assert((info.traffic as { framesIn: number }).framesIn >= 1);
  const off = await page.call("extensions.getInfo", { extensionId: Y }) as Record<string, unknown>;
  assertEquals([off.state, off.connected, off.pid], ["stopped", false, null]);
});

Deno.test("extensions.start and stop of a page start and stop packages, with all of their events", async () => {
  const { app, page, socket } = await together();
  await using _ = app;
  await using _socket = socket;
  await using all = await observer(app);
  await page.call("extensions.start", { extensionId: Y });
  assertEquals((await all.event("extension_started")).id, Y);
  await argumentsOf(app, Y);
  await page.call("extensions.stop", { extensionId: Y }, { timeoutMs: 10_000 });
  assertEquals((await all.event("extension_stopped")).id, Y);
  assertEquals(membersOf(await asAdmin(app, `GET extensions/${Y}`)).running, false);
  // The page hears of states as of any extension.
  const states = page.events.filter(({ event }) => event === "extensionStateChange")
    .map(({ data }) => data as { extensionId: string; to: string })
    .filter(({ extensionId }) => extensionId === Y)
    .map(({ to }) => to);
  assertEquals(states, ["starting", "stopping", "stopped"]);
});

Deno.test("a page dispatches to a package: as an event of module outrigger and as extension_event", async () => {
  const { app, page, socket } = await together();
  await using _ = app;
  await using _socket = socket;
  assertEquals((await socket.ask("POST outrigger/listeners/ping")).status, 204);
  const data = { n: 1, text: "å\n" };
  await page.call("extensions.dispatch", { extensionId: X, event: "ping", data });
  assertEquals(await socket.event("ping"), { event: "ping", data });
  assertEquals((await socket.ask("POST outrigger/listeners/extension_event")).status, 204);
  await page.call("extensions.dispatch", { extensionId: X, event: "pong", data });
  let wrapped: unknown;
  // It hears of its own arrival first.
  do wrapped = (await socket.event("extension_event")).data; while (
    (wrapped as { event: string }).event !== "pong"
  );
  assertEquals(wrapped, { event: "pong", data });
  await page.call("extensions.broadcast", { event: "ping", data: 2 });
  assertEquals((await socket.event("ping")).data, 2);
});

Deno.test("events for a package that is not connected yet wait for it", async () => {
  await using app = await startPackagesHost({ [X]: {} });
  const page = await app.connectPage();
  const token = (await argumentsOf(app, X)).get("authToken")!;
  for (const data of [1, 2]) {
    await page.call("extensions.dispatch", { extensionId: X, event: "work", data, queue: true });
  }
  await using socket = await ApiConnection.attach(app.host.port, token);
  await socket.ask("POST outrigger/listeners/work");
  assertEquals([(await socket.event("work")).data, (await socket.event("work")).data], [1, 2]);
});

Deno.test("a page calls methods that a package provides; its error and its end come back", async () => {
  const { app, page, socket } = await together();
  await using _ = app;
  await using _socket = socket;
  await socket.ask("POST outrigger/listeners/extensionCall");
  const provided = await socket.ask("POST outrigger/methods/extensions.provide", {
    methods: ["double", "fails", "hangs"],
  });
  assertEquals(provided.status, 200, JSON.stringify(provided.data));
  const info = await page.call("extensions.getInfo", { extensionId: X }) as { methods: string[] };
  assertEquals(info.methods, ["double", "fails", "hangs"]);
  const call = (method: string, data?: unknown) =>
    page.call("extensions.call", { extensionId: X, method, data });
  const doubled = call("double", 21);
  const asked = (await socket.event("extensionCall")).data as Record<string, unknown>;
  assertEquals([asked.method, asked.data], ["double", 21]);
  await socket.ask("POST outrigger/methods/extensions.answer", {
    callId: asked.callId,
    result: 42,
  });
  assertEquals(await doubled, 42);
  const failing = assertRejects(() => call("fails"), CallError, "out of order");
  const { callId } = (await socket.event("extensionCall")).data as { callId: string };
  await socket.ask("POST outrigger/methods/extensions.answer", {
    callId,
    error: { code: "MY_CODE", message: "out of order" },
  });
  await failing;
  await assertRejects(() => call("unknown"), CallError, "OR_CA_NOMETHD");
  const hanging = assertRejects(() => call("hangs"), CallError, "OR_CA_ENDED");
  await socket.event("extensionCall");
  await socket.close();
  await hanging;
});

Deno.test("a package without a socket, which could not hear, offers no methods and no hooks", async () => {
  const config = {
    packages: { grants: { [X]: { nativeAllowList: ["extensions.*", "hooks.*"] } } },
  };
  await using app = await startPackagesHost({ [X]: {} }, { config });
  const token = (await argumentsOf(app, X)).get("authToken")!;
  const page = await app.connectPage();
  for (
    const [method, body] of [["extensions.provide", { methods: ["m"] }], ["hooks.add", {
      hook: "h",
    }]]
  ) {
    const answer = await http(app.host.port, `POST outrigger/methods/${method}`, { body, token });
    assertEquals([answer.status, membersOf(answer).code], [400, "NE_EX_EXTNOTC"]);
  }
  assertEquals(await page.call("hooks.run", { hook: "h" }), { allow: true, answers: [] });
});

Deno.test("a package calls the native methods of its grant and no others", async () => {
  const { app, socket, token } = await together({
    config: {
      packages: { grants: { [X]: { nativeAllowList: ["os.getEnv", "computer.*"] } } },
      nativeBlockList: ["computer.getMemoryInfo"],
    },
  });
  await using _ = app;
  await using _socket = socket;
  const { port } = app.host;
  for (
    const [method, body, status] of [
      ["os.getEnv", { key: "PATH" }, 200],
      ["computer.getArch", undefined, 200],
      ["computer.getMemoryInfo", undefined, 403],
      ["os.execCommand", { command: "true" }, 403],
      ["extensions.provide", { methods: [] }, 403],
      ["app.exit", undefined, 403],
      ["os.nothing", undefined, 403],
    ] as const
  ) {
    const request = `POST outrigger/methods/${method}`;
    assertEquals((await socket.ask(request, body)).status, status, method);
    assertEquals((await http(port, request, { body, token })).status, status, method);
  }
});

Deno.test("without a grant a package may offer and answer calls, and nothing else", async () => {
  const { app, socket } = await together();
  await using _ = app;
  await using _socket = socket;
  const status = async (method: string, data?: unknown) =>
    (await socket.ask(`POST outrigger/methods/${method}`, data)).status;
  assertEquals(await status("extensions.provide", { methods: ["a"] }), 200);
  for (
    const method of [
      "os.getEnv",
      "filesystem.readFile",
      "extensions.call",
      "extensions.getStats",
      "app.exit",
    ]
  ) {
    assertEquals(await status(method, { key: "PATH", path: "/etc/passwd" }), 403, method);
  }
});

Deno.test("a name that the configuration has is not a package's", async () => {
  await using app = await startPackagesHost(
    { [X]: {} },
    { config: { extensions: [{ id: X }] } },
  );
  const page = await app.connectPage();
  const { loaded } = await page.call("extensions.getStats") as { loaded: string[] };
  assertEquals(loaded, [X]);
  assertEquals((await asAdmin(app, "GET extensions")).data, []);
  const [line] = (await asAdmin(app, "GET events/0")).data as { text: string; severity: string }[];
  assertEquals([line?.severity, line?.text.includes(`"${X}"`)], ["error", true]);
  const manifest = {
    name: X,
    version: "1.0.0",
    description: "d",
    author: "a",
    airdcpp: { apiVersion: 1 },
  };
  assertEquals((await asAdmin(app, "POST extensions", manifest)).status, 400);
});

Deno.test("a program that registers itself counts as connected for as long as it is registered", async () => {
  await using app = await startPackagesHost({});
  const page = await app.connectPage();
  const state = async () => {
    const info = await page.call("extensions.getInfo", { extensionId: "airdcpp-remote" });
    return (info as { state: string }).state;
  };
  {
    await using api = await attachAdmin(app);
    const { status } = await api.ask("POST extensions", JSON.parse(packageJson("airdcpp-remote")));
    assertEquals(status, 200);
    assertEquals(await state(), "connected");
  }
  await app.eventually(() => !app.host.extensions.loaded.includes("airdcpp-remote"));
  assert(!/airdcpp-remote.*(Likely reasons|warning)/i.test(app.output), app.output);
});

Deno.test("a base address that ends with a slash leads to the API, not to the app's pages", async () => {
  await using app = await startPackagesHost({});
  const { port } = app.host;
  const base = `http://127.0.0.1:${port}/`;
  const response = await fetch(`${base}/api/v1/sessions/authorize`, {
    method: "POST",
    body: JSON.stringify({ username: "admin", password: "admin-password" }),
  });
  assertEquals(response.status, 200);
  await response.body?.cancel();
  await using socket = await ApiConnection.open(port, "//api/v1/");
  assertEquals((await socket.ask("GET system/stats")).status, 401);
});
