/** Row 2: pages of other origins reach neither files nor sockets, valid token or not. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { rawRequest, type RawResponse } from "../server/raw_http.ts";
import { startServer } from "../server/running_server.ts";
import { LISTED, REFUSED_ORIGINS, UPGRADE } from "./hostile_requests.ts";

/** Sends a plain request and an upgrade with these headers; `upgraded` counts sockets. */
async function ask(
  headers: (port: number) => string[],
): Promise<{ plain: RawResponse; upgrade: RawResponse; upgraded: number }> {
  let upgraded = 0;
  await using server = await startServer([{
    prefix: "/",
    handler: (request) => {
      if (request.headers.get("upgrade") === null) return new Response("secret");
      upgraded++;
      const { response } = Deno.upgradeWebSocket(request);
      return response;
    },
  }], { allowedOrigins: [LISTED] });
  const { port } = server;
  const host = `Host: localhost:${port}`;
  const line = "GET /?connectToken=valid HTTP/1.1";
  const plain = await rawRequest(port, line, host, ...headers(port));
  const upgrade = await rawRequest(port, line, host, ...headers(port), ...UPGRADE);
  return { plain, upgrade, upgraded };
}

for (const origin of REFUSED_ORIGINS) {
  Deno.test(`a request with Origin "${origin}" is refused before the upgrade`, async () => {
    const { plain, upgrade, upgraded } = await ask(
      (port) => [`Origin: ${origin.replaceAll("PORT", String(port))}`],
    );
    assertEquals([plain.status, upgrade.status, upgraded], [403, 403, 0]);
    assertStringIncludes(upgrade.body, "Origin header");
    assertEquals(plain.headers.has("access-control-allow-origin"), false);
  });
}

Deno.test("a doubled Origin header is refused", async () => {
  const { plain, upgrade, upgraded } = await ask(
    (port) => [`Origin: http://localhost:${port}`, "Origin: http://evil.example"],
  );
  assertEquals([plain.status, upgrade.status, upgraded], [403, 403, 0]);
});

for (const name of ["localhost", "127.0.0.1", "[::1]"]) {
  Deno.test(`a request with the own Origin http://${name} passes`, async () => {
    const { plain, upgrade, upgraded } = await ask((port) => [`Origin: http://${name}:${port}`]);
    assertEquals([plain.status, upgrade.status, upgraded], [200, 101, 1]);
    assertEquals(plain.headers.has("access-control-allow-origin"), false);
  });
}

Deno.test("a request of a native client, without Origin, passes", async () => {
  const { plain, upgrade, upgraded } = await ask(() => []);
  assertEquals([plain.status, upgrade.status, upgraded], [200, 101, 1]);
});

Deno.test("a request of a listed Origin passes and is the only one answered with CORS", async () => {
  const { plain, upgrade, upgraded } = await ask(() => [`Origin: ${LISTED}`]);
  assertEquals([plain.status, upgrade.status, upgraded], [200, 101, 1]);
  assertEquals(plain.headers.get("access-control-allow-origin"), LISTED);
  assertEquals(plain.headers.get("vary")?.includes("Origin"), true);
  assertEquals(plain.headers.has("access-control-allow-credentials"), false);
  assertEquals(upgrade.headers.has("access-control-allow-origin"), false);
});
