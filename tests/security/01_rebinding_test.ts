/** Row 1: a name that an attacker's DNS points at loopback gets nothing. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { rawRequest, type RawResponse } from "../server/raw_http.ts";
import { startServer } from "../server/running_server.ts";
import { ACCEPTED_HOSTS, REFUSED_HOSTS, UPGRADE } from "./hostile_requests.ts";

/** Starts a server whose handler counts, sends one request both ways, and stops. */
async function ask(
  line: string,
  headers: (port: number) => string[],
): Promise<{ responses: RawResponse[]; handled: number }> {
  let handled = 0;
  await using server = await startServer([{
    prefix: "/",
    handler: () => {
      handled++;
      return new Response("secret");
    },
  }]);
  const { port } = server;
  const filled = line.replaceAll("PORT", String(port));
  const responses = [
    await rawRequest(port, filled, ...headers(port)),
    await rawRequest(port, filled, ...headers(port), ...UPGRADE),
  ];
  return { responses, handled };
}

for (const host of ACCEPTED_HOSTS) {
  Deno.test(`a request with Host "${host}" reaches the handler`, async () => {
    const { handled } = await ask(
      "GET / HTTP/1.1",
      (port) => [`Host: ${host.replaceAll("PORT", String(port))}`],
    );
    assertEquals(handled, 2);
  });
}

for (const host of REFUSED_HOSTS) {
  Deno.test(`a request with Host "${host}" is refused before any handler`, async () => {
    const { responses, handled } = await ask(
      "GET / HTTP/1.1",
      (port) => [`Host: ${host.replaceAll("PORT", String(port))}`],
    );
    assertEquals(responses.map(({ status }) => status), [403, 403]);
    for (const { headers, body } of responses) {
      assertStringIncludes(body, "Host header");
      assertEquals(headers.get("x-content-type-options"), "nosniff");
      assertEquals(headers.has("sec-websocket-accept"), false);
    }
    assertEquals(handled, 0);
  });
}

for (const version of ["HTTP/1.1", "HTTP/1.0"]) {
  Deno.test(`a request without Host is refused before any handler (${version})`, async () => {
    const { responses, handled } = await ask(`GET / ${version}`, () => []);
    // 2.6 of the runtime answers an upgrade of HTTP/1.0 itself.
    for (const { status } of responses) assertEquals(status >= 400, true);
    assertEquals(handled, 0);
  });
}

Deno.test("a doubled Host header is refused before any handler", async () => {
  for (const order of [[0, 1], [1, 0]]) {
    const { responses, handled } = await ask("GET / HTTP/1.1", (port) => {
      const hosts = [`Host: localhost:${port}`, "Host: evil.example"];
      return order.map((i) => hosts[i]!);
    });
    // 400 where the runtime sees it first.
    for (const { status } of responses) assertEquals([400, 403].includes(status), true);
    assertEquals(handled, 0);
  }
});

for (
  const [line, host] of [
    ["GET http://evil.example/ HTTP/1.1", "localhost:PORT"],
    ["GET http://evil.example:PORT/ HTTP/1.1", "localhost:PORT"],
    ["GET http://localhost:PORT@evil.example/ HTTP/1.1", "localhost:PORT"],
    ["GET http://localhost:PORT/ HTTP/1.1", "evil.example"],
    ["GET http://localhost:1/ HTTP/1.1", "localhost:PORT"],
  ] as const
) {
  Deno.test(`a request line "${line}" with Host ${host} is refused`, async () => {
    const { responses, handled } = await ask(
      line,
      (port) => [`Host: ${host.replaceAll("PORT", String(port))}`],
    );
    for (const { status } of responses) assertEquals([400, 403].includes(status), true);
    assertEquals(handled, 0);
  });
}

Deno.test("a request line of absolute form that names the server itself passes", async () => {
  const { handled } = await ask(
    "GET http://localhost:PORT/ HTTP/1.1",
    (port) => [`Host: localhost:${port}`],
  );
  assertEquals(handled, 2);
});
