/** Row 3: another site's page can't include the scripts that hold a token. */

import { assertEquals } from "@std/assert";
import { rawRequest } from "../server/raw_http.ts";
import { startServer } from "../server/running_server.ts";
import { FOREIGN_SCRIPTS, LISTED, OWN_SCRIPTS } from "./hostile_requests.ts";

/** Asks for the globals; `emitted` counts tokens given out. */
async function ask(headers: (port: number) => string[]) {
  let emitted = 0;
  await using server = await startServer((guard) => [{
    prefix: "/",
    handler: (request) => {
      const verdict = guard.checkScript(request);
      if (!verdict.allowed) return verdict.response;
      emitted++;
      return new Response("var NL_TOKEN='secret';", {
        headers: verdict.crossOrigin ? { "cross-origin-resource-policy": "cross-origin" } : {},
      });
    },
  }], { allowedOrigins: [LISTED] });
  const host = `Host: localhost:${server.port}`;
  const target = "GET /__neutralino_globals.js HTTP/1.1";
  const response = await rawRequest(server.port, target, host, ...headers(server.port));
  return { ...response, emitted };
}

for (const headers of FOREIGN_SCRIPTS) {
  Deno.test(`a script is refused to [${headers.join("; ")}]`, async () => {
    const { status, body, headers: got, emitted } = await ask(
      (port) => headers.map((header) => header.replaceAll("PORT", String(port))),
    );
    assertEquals([status, emitted], [403, 0]);
    assertEquals(body.includes("NL_TOKEN"), false);
    assertEquals(got.get("cross-origin-resource-policy"), "same-origin");
  });
}

for (const headers of OWN_SCRIPTS) {
  Deno.test(`a script is given to the own page [${headers.join("; ")}]`, async () => {
    const { status, headers: got, emitted } = await ask(
      (port) => headers.map((header) => header.replaceAll("PORT", String(port))),
    );
    assertEquals([status, emitted], [200, 1]);
    assertEquals(got.get("cross-origin-resource-policy"), "same-origin");
    assertEquals(got.get("x-content-type-options"), "nosniff");
    assertEquals(got.has("access-control-allow-origin"), false);
  });
}

for (
  const headers of [
    ["Sec-Fetch-Site: same-site", `Referer: ${LISTED}/index.html`],
    ["Sec-Fetch-Site: cross-site", `Referer: ${LISTED}/`],
    [`Referer: ${LISTED}/`],
    ["Sec-Fetch-Site: same-site", `Origin: ${LISTED}`],
  ]
) {
  Deno.test(`a script is given to the listed origin [${headers.join("; ")}]`, async () => {
    const { status, headers: got, emitted } = await ask(() => headers);
    assertEquals([status, emitted], [200, 1]);
    assertEquals(got.get("cross-origin-resource-policy"), "cross-origin");
  });
}
