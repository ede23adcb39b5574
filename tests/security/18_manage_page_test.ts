/** Rows 1 to 6 for the management page: who gets the session that its one-time token is worth. */

import { assert, assertEquals } from "@std/assert";
import { ManagePage } from "../../lib/airdcpp/manage/manage_page.ts";
import { loadPageFiles } from "../../lib/airdcpp/manage/page_files.ts";
import { rawRequest } from "../server/raw_http.ts";
import { MemoryLog, startServer } from "../server/running_server.ts";

const PAGE_FILES = await loadPageFiles();

/** A server with the page; `issued` counts sessions. */
async function start(serverHeaders: Record<string, string> = {}) {
  const sessions: string[] = [];
  const issueSession = () => {
    const session = crypto.randomUUID();
    sessions.push(session);
    return session;
  };
  const log = new MemoryLog();
  const page = new ManagePage({ files: PAGE_FILES, issueSession, log });
  const server = await startServer([{ prefix: "/__outrigger", handler: page.handle }], {
    serverHeaders,
  });
  const { port } = server;
  const url = page.newUrl(`http://localhost:${port}`);
  const target = url.slice(url.indexOf("/__outrigger"));
  const get = (headers: readonly string[], path = target) => {
    const lines = headers.map((line) => line.replaceAll("PORT", String(port)));
    return rawRequest(port, `GET ${path} HTTP/1.1`, ...lines);
  };
  return {
    server,
    log,
    sessions,
    target,
    get,
    [Symbol.asyncDispose]: () => server.listener.shutdown(),
  };
}

const OWN = "Host: localhost:PORT";

for (
  const headers of [
    ["Host: evil.example"],
    ["Host: localhost:PORT", "Origin: http://evil.example"],
    ["Host: localhost:PORT", "Origin: null"],
    [OWN, "Sec-Fetch-Site: cross-site"],
    [OWN, "Sec-Fetch-Site: same-site"],
    [OWN, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"],
    [OWN, "Sec-Fetch-Site: anything"],
    [OWN, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Dest: iframe"],
    [OWN, "Sec-Fetch-Site: none", "Sec-Fetch-Dest: frame"],
    [OWN, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Dest: embed"],
    [OWN, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Dest: object"],
    [OWN, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Dest: image"],
    [OWN, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Dest: script"],
    [OWN, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Dest: empty"],
    [OWN, "Sec-Fetch-Site: none", "Sec-Purpose: prefetch"],
    [OWN, "Sec-Fetch-Site: none", "Sec-Purpose: prefetch;prerender"],
    [OWN, "Sec-Fetch-Site: none", "Sec-Purpose: prefetch;anonymous-client-ip"],
    [OWN, "Purpose: prefetch"],
    [OWN, "Purpose: preview"],
  ]
) {
  Deno.test(`the page is refused to [${headers.join("; ")}], and its token stays good`, async () => {
    await using host = await start();
    const refused = await host.get(headers);
    assertEquals([refused.status, host.sessions.length], [403, 0]);
    assert(!refused.body.includes("session"), refused.body);
    assertEquals(refused.headers.get("access-control-allow-origin"), undefined);
    const opened = await host.get([OWN]);
    assertEquals([opened.status, host.sessions.length], [200, 1]);
    assert(opened.body.includes(host.sessions[0]!));
  });
}

for (
  const headers of [
    [OWN],
    ["Host: 127.0.0.1:PORT"],
    [OWN, "Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"],
    [OWN, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Dest: document"],
  ]
) {
  Deno.test(`the page is opened once by [${headers.join("; ")}]`, async () => {
    await using host = await start();
    const { status, body } = await host.get(headers);
    assertEquals([status, host.sessions.length], [200, 1]);
    assert(body.includes(host.sessions[0]!));
    const again = await host.get(headers);
    assertEquals([again.status, host.sessions.length], [200, 1]);
    assert(!again.body.includes(host.sessions[0]!));
  });
}

Deno.test("of many requests at the same time one gets the session", async () => {
  await using host = await start();
  const answers = await Promise.all(Array.from({ length: 20 }, () => host.get([OWN])));
  assertEquals(host.sessions.length, 1);
  assertEquals(answers.filter(({ body }) => body.includes(host.sessions[0]!)).length, 1);
});

Deno.test("neither the log nor another answer holds the token or the session", async () => {
  await using host = await start();
  const token = host.target.slice(host.target.indexOf("=") + 1);
  const refused = await host.get([OWN, "Sec-Fetch-Site: cross-site"]);
  await host.get(["Host: evil.example"]);
  const opened = await host.get([OWN]);
  const used = await host.get([OWN]);
  const others = [
    JSON.stringify([...opened.headers]),
    JSON.stringify([...used.headers]),
    used.body,
    refused.body,
    host.log.lines.join("\n"),
    host.server.log.lines.join("\n"),
  ];
  assert(!opened.body.includes(token));
  for (const text of others) {
    for (const secret of [token, host.sessions[0]!]) {
      assert(!text.includes(secret.slice(0, 12)) && !text.includes(secret.slice(-12)), text);
    }
  }
  assertEquals(opened.headers.get("referrer-policy"), "no-referrer");
  assertEquals(opened.headers.get("cache-control"), "no-store");
});

Deno.test("a policy of the configuration does not let the page be framed", async () => {
  await using host = await start({ "Content-Security-Policy": "frame-ancestors *" });
  const { headers, status } = await host.get([OWN]);
  assertEquals([status, headers.get("x-frame-options")], [200, "DENY"]);
  const framed = await host.get([OWN, "Sec-Fetch-Dest: iframe"], "/__outrigger/extensions");
  assertEquals(framed.status, 403);
});
