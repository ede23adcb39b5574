import { assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { createGuard, type GuardOptions } from "../../lib/server/guard.ts";
import { MemoryLog } from "./running_server.ts";

function make(options: Partial<GuardOptions> = {}) {
  const log = new MemoryLog();
  const guard = createGuard({
    mode: "loopback",
    port: () => 8123,
    allowedHosts: [],
    allowedOrigins: [],
    log,
    ...options,
  });
  return { guard, log };
}

function request(host: string, headers: Record<string, string> = {}): Request {
  return new Request("http://x/", { headers: { host, ...headers } });
}

/** A request as the runtime makes it: the authority of the URL is that of Host. */
function statusOf(options: Partial<GuardOptions>, host: string, origin?: string): number {
  const { guard } = make(options);
  const headers = new Headers({ host });
  if (origin !== undefined) headers.set("origin", origin);
  // `new Request` would fold the URL; the guard reads these two members only.
  const received = { url: `http://${host}/`, headers } as Request;
  return guard.refuse(received)?.status ?? 200;
}

Deno.test("Guard.checkHost() takes a missing port only where the port is 80", () => {
  for (const name of ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"]) {
    assertEquals(statusOf({ port: () => 80 }, name), 200, name);
    assertEquals(statusOf({ port: () => 80 }, `${name}:80`), 200, name);
    assertEquals(statusOf({ port: () => 8123 }, name), 403, name);
    assertEquals(statusOf({ port: () => 8123 }, `${name}:80`), 403, name);
  }
});

Deno.test("Guard.checkHost() follows a port that becomes known later", () => {
  let port = 0;
  const { guard } = make({ port: () => port });
  const received = { url: "http://localhost:9/", headers: new Headers({ host: "localhost:9" }) };
  assertEquals(guard.checkHost(received as Request)?.status, 403);
  port = 9;
  assertEquals(guard.checkHost(received as Request), undefined);
});

for (
  const [host, allowedHosts, expected] of [
    ["app.example", [], 403],
    ["app.example", ["app.example"], 200],
    ["APP.example:8080", ["app.Example"], 200],
    ["app.example:8080", ["app.example:8080"], 200],
    ["app.example:8081", ["app.example:8080"], 403],
    ["app.example", ["app.example:8080"], 403],
    ["x.app.example", ["app.example"], 403],
    ["app.example.", ["app.example"], 403],
    ["any.example", ["*"], 200],
    ["a, b", ["*"], 403],
    ["a/b", ["*"], 403],
    ["", ["*"], 403],
    ["u@a", ["*"], 403],
    ["localhost:5", [], 200],
    ["127.0.0.1", [], 200],
    ["[::1]:5", [], 200],
    ["192.168.1.2:8080", [], 200],
    ["[2001:db8::1]:8080", [], 200],
    ["192.168.1.02", [], 403],
    ["3232235778", [], 403],
    ["0xc0a80102", [], 403],
    ["192.168.258", [], 403],
    ["192.168.1.2.evil.example", [], 403],
  ] as const
) {
  Deno.test(`Guard.checkHost() in cloud mode: "${host}" with [${allowedHosts}]: ${expected}`, () => {
    assertEquals(statusOf({ mode: "cloud", allowedHosts: [...allowedHosts] }, host), expected);
  });
}

for (
  const [host, origin, expected] of [
    ["app.example", "http://app.example", 200],
    ["app.example", "https://app.example", 200],
    ["app.example:443", "https://app.example", 200],
    ["app.example:80", "http://app.example", 200],
    ["app.example:8080", "http://app.example:8080", 200],
    ["app.example:8080", "http://app.example", 403],
    ["app.example", "https://app.example:8443", 403],
    ["app.example", "http://evil.example", 403],
    ["app.example", "http://app.example.evil.example", 403],
    ["app.example", "null", 403],
    ["app.example", "file://", 403],
    ["app.example", "chrome-extension://app.example", 403],
    ["app.example", "ws://app.example", 403],
    ["app.example", "http://app.example/", 403],
    ["app.example", "", 403],
    ["app.example", "https://listed.example", 200],
  ] as const
) {
  Deno.test(`Guard.checkOrigin() in cloud mode: ${host} from "${origin}": ${expected}`, () => {
    const options = {
      mode: "cloud" as const,
      allowedHosts: ["app.example"],
      allowedOrigins: ["https://listed.example"],
    };
    assertEquals(statusOf(options, host, origin), expected);
  });
}

Deno.test("Guard.checkOrigin() never takes null, listed or not, and reads listed addresses", () => {
  const options = { allowedOrigins: ["null", "file:///a", "http://localhost:5173/"] };
  assertEquals(statusOf(options, "localhost:8123", "null"), 403);
  assertEquals(statusOf(options, "localhost:8123", "http://localhost:5173"), 200);
});

Deno.test("Guard.refuse() says what is wrong and which key allows it, and logs it once", async () => {
  const { guard, log } = make({ mode: "cloud" });
  const received = { url: "http://evil/", headers: new Headers({ host: "evil" }) } as Request;
  for (let i = 0; i < 5; i++) guard.refuse(received);
  const response = guard.refuse(received);
  assertEquals(response?.headers.get("content-type"), "text/plain");
  const body = await response!.text();
  assertStringIncludes(body, `"evil"`);
  assertStringIncludes(body, `"allowedHosts"`);
  assertEquals(log.lines.length, 1);
  const origin = guard.checkOrigin(request("a", { origin: "http://evil" }));
  assertStringIncludes(await origin!.text(), `"allowedOrigins"`);
  assertEquals(log.lines.length, 2);
});

Deno.test("Guard.checkScript() tells a page that does not say who it is how to", async () => {
  const { guard } = make({ allowedOrigins: ["https://localhost:5173"] });
  const ask = async (headers: Record<string, string>) => {
    const verdict = guard.checkScript(request("localhost:8123", headers));
    return verdict.allowed ? "allowed" : await verdict.response.text();
  };
  const site = { "sec-fetch-site": "cross-site" };
  assertStringIncludes(await ask(site), `"crossorigin"`);
  assertNotMatch(await ask({ ...site, origin: "https://evil" }), /"crossorigin"/);
  assertEquals(await ask({ ...site, origin: "https://localhost:5173" }), "allowed");
});

Deno.test("Guard.refuse() keeps its log bounded and its lines short", () => {
  const { guard, log } = make();
  for (let i = 0; i < 1000; i++) {
    const host = `${"x".repeat(5000)}${i}`;
    guard.checkHost(request(host));
    guard.checkHost(request(`h${i}`));
  }
  assertEquals(log.lines.length <= 256, true);
  for (const line of log.lines) assertEquals(line.length < 400, true);
});
