/** Row 15: connections of the older protocol, without a connect token, and when there are none. */

import { assertEquals } from "@std/assert";
import { startTestHost, TestClient, type TestHost } from "../../lib/testing.ts";
import { needs, posix } from "../tools.ts";
import { teller, tellerFiles, toldToken } from "./extension_credentials.ts";
import { LISTED } from "./hostile_requests.ts";
import { handshake } from "./whole_host.ts";

const TELLERS = [teller("both", "both"), teller("stdin", "stdin"), teller("old", "arguments")];
const CONFIG = {
  extensions: [...TELLERS, { id: "driver" }, { id: "ended", command: "exit 3" }],
  allowedOrigins: [LISTED],
};

async function start(config: Record<string, unknown> = {}): Promise<TestHost> {
  const files = tellerFiles(TELLERS);
  const app = await startTestHost({ config: { ...CONFIG, ...config }, files });
  for (const { id } of TELLERS) await toldToken(app, id);
  await app.printed('Extension "ended" ended');
  return app;
}

/** Status of a handshake without a token by id; with `undefined` there is no id either. */
type Row = [id: string | undefined, status: number];

const USUAL: Row[] = [
  [undefined, 400],
  ["both", 101],
  ["old", 101],
  ["driver", 101],
  // Demands the token.
  ["stdin", 400],
  // Loaded, but there is no process any more that it could be.
  ["ended", 400],
  ["unknown", 400],
  ["", 400],
  ["__proto__", 400],
  ["Both", 400],
  ["%62oth", 400],
  ["both%0A%20", 101],
];
const NOBODY: Row[] = USUAL.map(([id]) => [id, 400]);

const CONFIGS: [why: string, config: Record<string, unknown>, headers: string[], rows: Row[]][] = [
  ["a program", {}, [], USUAL],
  ["a page of the app", {}, ["Origin: http://localhost:PORT"], NOBODY],
  ["a page of a listed origin", {}, [`Origin: ${LISTED}`], NOBODY],
  ["a program in cloud mode", { defaultMode: "cloud" }, [], NOBODY],
  ["a program, with requireConnectToken", { requireConnectToken: true }, [], NOBODY],
];

for (const [why, config, headers, rows] of CONFIGS) {
  Deno.test({
    name: `without a token: ${why}`,
    ...needs(posix),
    async fn() {
      await using app = await start(config);
      for (const [id, status] of rows) {
        const target = id === undefined ? "/" : `/?extensionId=${id}`;
        assertEquals(await handshake(app, target, ...headers), status, `${why}: ${target}`);
        await app.eventually(() => app.host.extensions.connected.length === 0);
      }
    },
  });
}

Deno.test({
  name: "a foreign page is refused before all this",
  ...needs(posix),
  async fn() {
    await using app = await start();
    for (const origin of ["http://evil.example", "null", ""]) {
      assertEquals(await handshake(app, "/?extensionId=both", `Origin: ${origin}`), 403, origin);
    }
  },
});

Deno.test({
  name: "a wrong token is no missing token",
  ...needs(posix),
  async fn() {
    await using app = await start();
    for (const token of ["", "x", "null", app.host.tokens.page, "x".repeat(49)]) {
      const target = `/?extensionId=both&connectToken=${token}`;
      assertEquals(await handshake(app, target), 400, token);
    }
  },
});

Deno.test({
  name: "without a token nobody takes the place of a live connection, and every call needs a token",
  ...needs(posix),
  async fn() {
    await using app = await start();
    const url = `ws://localhost:${app.host.port}?extensionId=both`;
    const token = await toldToken(app, "both");
    await using own = await TestClient.open(url, token);
    assertEquals(await handshake(app, "/?extensionId=both"), 409);
    assertEquals(await own.call("app.getProcessId"), Deno.pid);
    await own.close();
    await app.eventually(() => app.host.extensions.connected.length === 0);
    for (const other of [app.host.tokens.page, app.host.tokens.backend, "", "both"]) {
      await using thief = await TestClient.open(url, other);
      const outcome = await thief.call("storage.getKeys").then(() => "ok", (error) => error.code);
      assertEquals(outcome, "NE_RT_INVTOKN");
      await thief.close();
      await app.eventually(() => app.host.extensions.connected.length === 0);
    }
  },
});
