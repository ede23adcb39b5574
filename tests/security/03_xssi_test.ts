/** Row 3: another site's page can't include the scripts that hold a token. */

import { assertEquals } from "@std/assert";
import { rawRequest } from "../server/raw_http.ts";
import { startServer } from "../server/running_server.ts";

const LISTED = "http://localhost:5173";

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

const REFUSED: string[][] = [
  ["Sec-Fetch-Site: cross-site"],
  ["Sec-Fetch-Site: same-site"],
  ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"],
  ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: script"],
  ["Sec-Fetch-Site: cross-site", "Referer: http://evil.example/page"],
  ["Sec-Fetch-Site: cross-site", "Referer: http://localhost:PORT/"],
  ["Sec-Fetch-Site: same-site", "Referer: http://localhost:1/"],
  ["Sec-Fetch-Site: cross-site", "Referer: http://localhost:5173.evil.example/"],
  ["Sec-Fetch-Site: cross-site", "Referer: http://localhost:5173@evil.example/"],
  ["Sec-Fetch-Site: cross-site", `Referer: http://evil.example/?${LISTED}`],
  ["Sec-Fetch-Site: SAME-ORIGIN"],
  ["Sec-Fetch-Site: same-origin, cross-site"],
  ["Sec-Fetch-Site: "],
  ["Referer: http://evil.example/"],
  ["Referer: https://localhost:PORT/"],
  ["Referer: http://localhost:1/"],
  ["Referer: file:///home/a.html"],
  ["Referer: nonsense"],
];

for (const headers of REFUSED) {
  Deno.test(`a script is refused to [${headers.join("; ")}]`, async () => {
    const { status, body, headers: got, emitted } = await ask(
      (port) => headers.map((header) => header.replaceAll("PORT", String(port))),
    );
    assertEquals([status, emitted], [403, 0]);
    assertEquals(body.includes("NL_TOKEN"), false);
    assertEquals(got.get("cross-origin-resource-policy"), "same-origin");
  });
}

const OWN: string[][] = [
  [],
  ["Sec-Fetch-Site: same-origin"],
  ["Sec-Fetch-Site: same-origin", "Referer: http://localhost:PORT/"],
  ["Sec-Fetch-Site: none"],
  ["Referer: http://127.0.0.1:PORT/a?b"],
  ["Referer: "],
];

for (const headers of OWN) {
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
