/** Row 11: whoever nests JSON deeply ends nothing, whatever the method and whatever is in it. */

import { assertEquals } from "@std/assert";
import { startTestHost } from "../../lib/testing.ts";
import { query, Wire } from "../neutralino/wire.ts";
import { methodNames } from "./method_names.ts";

/** What these do is not to be done here. */
const NOT_CALLED = new Set(["app.exit", "app.killProcess", "app.restartProcess"]);
/** One that JavaScript would round is looked at once more. */
const INNERMOST = ["1", "12345678901234567890"];

for (const depth of [3000, 6000, 50_000]) {
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
