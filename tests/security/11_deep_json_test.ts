/** Row 11: whoever nests JSON deeply ends nothing, whatever the method and whatever is in it. */

import { assert, assertEquals } from "@std/assert";
import { startTestHost } from "../../lib/testing.ts";
import { query, Wire } from "../neutralino/wire.ts";
import { methodNames } from "./method_names.ts";

/** What these do is not to be done here. */
const NOT_CALLED = new Set(["app.exit", "app.killProcess", "app.restartProcess"]);
/** One that JavaScript would round is looked at once more. */
const INNERMOST = ["1", "12345678901234567890"];

for (const depth of [3000, 6000, 20_000]) {
  Deno.test(`every method takes or refuses data that is nested ${depth} levels deep`, async () => {
    await using app = await startTestHost({ config: { extensions: [{ id: "a" }] } });
    const { port, tokens } = app.host;
    for (const innermost of INNERMOST) {
      await using deep = await Wire.open(`ws://127.0.0.1:${port}/${query(tokens.page)}`);
      const nested = "[".repeat(depth) + innermost + "]".repeat(depth);
      const data = `{"event":"e","extensionId":"nobody","method":"m","hook":"h","callId":"1",` +
        `"runId":"1","data":${nested},"result":${nested},"error":${nested}}`;
      for (const method of await methodNames()) {
        if (NOT_CALLED.has(method)) continue;
        const head = `"id":"${method}","method":"${method}","accessToken":"${tokens.page}"`;
        deep.send(`{${head},"data":${data}}`);
      }
      deep.send({ id: "last", method: "app.getConfig", accessToken: tokens.page });
      await deep.response("last");
      const page = await app.connectPage();
      assertEquals(typeof await page.call("app.getConfig"), "object");
    }
  });
}

Deno.test("a message of nothing but levels keeps nobody waiting", async () => {
  await using app = await startTestHost({ config: { extensions: [{ id: "a" }] } });
  const { port, tokens } = app.host;
  const page = await app.connectPage();
  await using deep = await Wire.open(`ws://127.0.0.1:${port}/${query(tokens.page)}`);
  await using listener = await Wire.open(`ws://127.0.0.1:${port}/${query(tokens.backend, "a")}`);
  const head = `"id":"1","method":"extensions.dispatch","accessToken":"${tokens.page}"`;
  const nested = "[".repeat(4_000_000) + "]".repeat(4_000_000);
  deep.send(`{${head},"data":{"extensionId":"a","event":"e","data":${nested}}}`);
  deep.send({ id: "2", method: "app.getConfig", accessToken: tokens.page });
  const began = performance.now();
  await deep.response("2");
  assertEquals(typeof await page.call("app.getConfig"), "object");
  assert(performance.now() - began < 3000, `${performance.now() - began} ms`);
  assertEquals(listener.frames.filter((frame) => String(frame).includes('"e"')).length, 0);
});
