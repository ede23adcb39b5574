/** Row 2 for a whole host: a foreign page gets neither a socket nor a file, valid token or not. */

import { assert, assertEquals } from "@std/assert";
import { startTestHost, type TestHost } from "../../lib/testing.ts";
import { LISTED, REFUSED_ORIGINS } from "./hostile_requests.ts";
import { APP_FILES, ask, holdsToken, surfaces } from "./whole_host.ts";

const HOST = "Host: localhost:PORT";

function start(config: Record<string, unknown>): Promise<TestHost> {
  return startTestHost({
    config: { extensions: [{ id: "driver" }], tokenSecurity: "none", ...config },
    files: APP_FILES,
  });
}

async function statuses(app: TestHost, headers: string[]): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const [name, target, upgrade] of surfaces(app)) {
    const { status, body, headers: answer } = await ask(app, target, headers, upgrade);
    found[name] = status;
    if (status !== 403) continue;
    assert(!holdsToken(app, body), `${name} gave a token to [${headers.join("; ")}]`);
    assertEquals(answer.has("access-control-allow-origin"), false);
  }
  return found;
}

const NOTHING = {
  "a page": 403,
  "the globals script": 403,
  "the client library": 403,
  "a missing file": 403,
  "a page's socket": 403,
  "a backend's socket": 403,
  "a socket of the older protocol": 403,
};
const EVERYTHING = {
  "a page": 200,
  "the globals script": 200,
  "the client library": 200,
  "a missing file": 404,
  "a page's socket": 101,
  "a backend's socket": 101,
  "a socket of the older protocol": 101,
};
/** Only browsers send an Origin, and no browser speaks the older protocol of extensions. */
const FOR_PAGES = { ...EVERYTHING, "a socket of the older protocol": 400 };

for (const defaultMode of ["browser", "cloud"]) {
  Deno.test(`a host refuses every foreign Origin before anything else (${defaultMode})`, async () => {
    await using app = await start({ defaultMode, allowedOrigins: [LISTED] });
    // Behind a proxy that speaks TLS the own origin has another scheme: cloud mode allows it.
    const origins = REFUSED_ORIGINS.filter((origin) =>
      defaultMode !== "cloud" ||
      !/^(https:\/\/localhost:PORT|http:\/\/LOCALHOST:PORT)$/.test(origin)
    );
    for (const origin of origins) {
      assertEquals(await statuses(app, [HOST, `Origin: ${origin}`]), NOTHING, origin);
    }
    assertEquals(
      await statuses(app, [HOST, "Origin: http://localhost:PORT", "Origin: http://evil.example"]),
      NOTHING,
    );
    assertEquals(app.host.extensions.connected, []);
  });
}

Deno.test("a host serves its own origin, a listed one, and programs without an Origin", async () => {
  await using app = await start({ allowedOrigins: [LISTED] });
  assertEquals(await statuses(app, [HOST, "Origin: http://localhost:PORT"]), FOR_PAGES);
  assertEquals(await statuses(app, [HOST, "Origin: http://127.0.0.1:PORT"]), FOR_PAGES);
  assertEquals(await statuses(app, [HOST, `Origin: ${LISTED}`]), FOR_PAGES);
  assertEquals(await statuses(app, [HOST]), EVERYTHING);
});

Deno.test("the origin of a configured url is as good as a listed one, and no other", async () => {
  await using app = await start({ url: `${LISTED}/index.html` });
  assertEquals(await statuses(app, [HOST, `Origin: ${LISTED}`]), FOR_PAGES);
  assertEquals(await statuses(app, [HOST, "Origin: http://localhost:5174"]), NOTHING);
});

Deno.test('a listed "null" or "*" opens nothing', async () => {
  await using app = await start({ allowedOrigins: ["null", "*", "file:///"] });
  for (const origin of ["null", "http://evil.example", "file://"]) {
    assertEquals(await statuses(app, [HOST, `Origin: ${origin}`]), NOTHING, origin);
  }
});
