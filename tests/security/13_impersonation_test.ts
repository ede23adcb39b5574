/** Row 13: a credential opens its owner's connection and no other, and nobody is pushed out. */

import { assert, assertEquals } from "@std/assert";
import { startTestHost, TestClient, type TestHost } from "../../lib/testing.ts";
import { query } from "../neutralino/wire.ts";
import { needs, posix } from "../tools.ts";
import { teller, tellerFiles, toldToken } from "./extension_credentials.ts";
import { handshake } from "./whole_host.ts";

const TELLERS = [teller("a", "both"), teller("b", "stdin"), teller("c", "arguments")];
const ENTRIES = [...TELLERS, { id: "driver" }, { id: "other.driver" }];
const IDS = [undefined, ...ENTRIES.map(({ id }) => id), "unknown", "A", "a.", "", "__proto__"];

async function withTokens(
  test: (app: TestHost, tokens: Map<string, string>) => Promise<void>,
  config: Record<string, unknown> = {},
): Promise<void> {
  await using app = await startTestHost({
    config: { extensions: ENTRIES, ...config },
    files: tellerFiles(TELLERS),
  });
  const tokens = new Map(Object.entries(app.host.tokens));
  for (const { id } of TELLERS) tokens.set(id, await toldToken(app, id));
  await test(app, tokens);
}

/** Under which ids (`undefined`: as an app client) each credential connects. */
const ALLOWED = new Map<string, (string | undefined)[]>([
  ["page", [undefined]],
  ["backend", [undefined, "driver", "other.driver"]],
  ["a", ["a"]],
  ["b", ["b"]],
  ["c", ["c"]],
]);

for (const config of [{}, { defaultMode: "cloud" }, { requireConnectToken: true }]) {
  Deno.test({
    name: `each credential connects under its own ids alone, with ${JSON.stringify(config)}`,
    ...needs(posix),
    fn: () =>
      withTokens(async (app, tokens) => {
        for (const [owner, token] of tokens) {
          for (const id of IDS) {
            const expected = ALLOWED.get(owner)!.includes(id) ? 101 : 400;
            const target = `/${query(token, id)}`;
            assertEquals(await handshake(app, target), expected, `${owner} as ${id}`);
            await app.eventually(() => app.host.extensions.connected.length === 0);
            // A second id or token in the query does not help: the first of each counts.
            if (expected === 101 || id === undefined) continue;
            const doubled = `${target}&extensionId=${ALLOWED.get(owner)![0]}`;
            // An empty or unusable first id is passed over.
            if (id === "" || ALLOWED.get(owner)![0] === undefined) continue;
            assertEquals(await handshake(app, doubled), 400, `${owner} as ${id} and itself`);
          }
        }
      }, config),
  });
}

Deno.test({
  name: "a second live connection is refused with 409 whoever asks, and the first one stays",
  ...needs(posix),
  fn: () =>
    withTokens(async (app, tokens) => {
      const { port } = app.host;
      for (const [id, owner] of [["a", "a"], ["c", "c"], ["driver", "backend"]] as const) {
        const token = tokens.get(owner)!;
        await using first = await TestClient.open(
          `ws://127.0.0.1:${port}/${query(token, id)}`,
          token,
        );
        for (let attempt = 0; attempt < 3; attempt++) {
          assertEquals(await handshake(app, `/${query(token, id)}`), 409, id);
          assertEquals(await handshake(app, `/?extensionId=${id}`), 409, id);
          assertEquals(await handshake(app, `/${query(tokens.get("b")!, id)}`), 400, id);
          assertEquals(await handshake(app, `/${query(tokens.get("page")!, id)}`), 400, id);
        }
        assertEquals(await first.call("app.getProcessId"), Deno.pid);
        await using page = await app.connectPage();
        await page.call("extensions.dispatch", { extensionId: id, event: "still", data: id });
        assertEquals(await first.event("still"), id);
        assert(app.output.includes(`extension "${id}" is connected already`), app.output);
      }
    }),
});

Deno.test({
  name: "who left can come back, and what it was is over",
  ...needs(posix),
  fn: () =>
    withTokens(async (app, tokens) => {
      const token = tokens.get("b")!;
      for (let round = 0; round < 5; round++) {
        const url = `ws://127.0.0.1:${app.host.port}/${query(token, "b")}`;
        const client = await TestClient.open(url, token);
        assertEquals(app.host.extensions.connected, ["b"]);
        await client.close();
        await app.eventually(() => app.host.extensions.connected.length === 0);
      }
    }),
});

Deno.test({
  name: "over one's own connection nobody speaks with another's token",
  ...needs(posix),
  fn: () =>
    withTokens(async (app, tokens) => {
      for (const [owner, own] of tokens) {
        const id = ALLOWED.get(owner)![0];
        for (const [other, token] of tokens) {
          const url = `ws://127.0.0.1:${app.host.port}/${query(own, id)}`;
          await using client = await TestClient.open(url, token);
          const outcome = await client.call("app.getProcessId").then(() => "ok", (e) => e.code);
          assertEquals(outcome, owner === other ? "ok" : "NE_RT_INVTOKN", `${other} over ${owner}`);
          await client.close();
          await app.eventually(() => app.host.extensions.connected.length === 0);
        }
      }
    }),
});
