import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { StartError } from "../../lib/errors.ts";
import { ResponseHeaders } from "../../lib/server/response_headers.ts";

const request = new Request("http://localhost:1/");

function complete(
  response: Response,
  serverHeaders: Record<string, string> = {},
  origin?: string,
): Response {
  const guard = { listedOrigin: () => origin, fromListedPage: () => origin !== undefined };
  return new ResponseHeaders({ serverHeaders, guard }).complete(request, response);
}

Deno.test("ResponseHeaders.complete() adds the policy of every response", () => {
  const { headers } = complete(new Response(null, { status: 404 }));
  assertEquals(headers.get("cross-origin-resource-policy"), "same-origin");
  assertEquals(headers.get("x-content-type-options"), "nosniff");
  assertEquals(headers.has("access-control-allow-origin"), false);
  assertEquals(headers.has("content-security-policy"), false);
});

Deno.test("ResponseHeaders.complete() keeps a handler's resource policy", () => {
  const policy = { "cross-origin-resource-policy": "cross-origin" };
  const { headers } = complete(new Response(null, { headers: policy }));
  assertEquals(headers.get("cross-origin-resource-policy"), "cross-origin");
});

Deno.test("ResponseHeaders.complete() forbids framing of HTML by other sites", () => {
  const html = () => new Response("", { headers: { "content-type": "text/html" } });
  const policy = (response: Response) => response.headers.get("content-security-policy");
  assertEquals(policy(complete(html())), "frame-ancestors 'self'");
  const own = { "Content-Security-Policy": "default-src 'self'" };
  assertEquals(policy(complete(html(), own)), "default-src 'self'");
});

Deno.test("ResponseHeaders.complete() lets serverHeaders override everything", () => {
  const response = new Response("", { headers: { "content-type": "text/html" } });
  const { headers } = complete(response, {
    "Content-Type": "text/x",
    "X-Content-Type-Options": "off",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Own": "ü",
  });
  assertEquals(headers.get("content-type"), "text/x");
  assertEquals(headers.get("x-content-type-options"), "off");
  assertEquals(headers.get("cross-origin-resource-policy"), "cross-origin");
  assertEquals(headers.get("x-own"), "ü");
});

Deno.test("ResponseHeaders.complete() completes responses whose headers can't be changed", () => {
  const response = complete(Response.redirect("http://localhost:1/a"), { "X-Own": "1" });
  assertEquals(response.status, 302);
  assertEquals(response.headers.get("x-content-type-options"), "nosniff");
  assertEquals(response.headers.get("x-own"), "1");
});

Deno.test("ResponseHeaders.complete() answers CORS to a listed origin alone", () => {
  const { headers } = complete(new Response(), {}, "http://localhost:5173");
  assertEquals(headers.get("access-control-allow-origin"), "http://localhost:5173");
  assertEquals(headers.get("vary"), "Origin");
  assertEquals(headers.get("cross-origin-resource-policy"), "cross-origin");
});

for (
  const [key, value] of [
    ["X Bad", "1"],
    ["", "1"],
    ["X-Bad", "a\r\nSet-Cookie: b"],
    ["X-Bad", "€"],
    ["X-Bad", "\0"],
    ["Content-Length", "5"],
    ["transfer-encoding", "chunked"],
  ] as const
) {
  Deno.test(`ResponseHeaders refuses ${JSON.stringify(key)}: ${JSON.stringify(value)}`, () => {
    const error = assertThrows(() => complete(new Response(), { [key]: value }), StartError);
    assertStringIncludes(error.message, `"${key}"`);
    assertStringIncludes(error.message, JSON.stringify(value));
    assertStringIncludes(error.message, "serverHeaders");
  });
}

Deno.test("ResponseHeaders leaves serverHeaders out where the page is the host's own", () => {
  const headers = new ResponseHeaders({
    serverHeaders: { "content-security-policy": "default-src *", "x-mine": "1" },
    guard: { listedOrigin: () => undefined, fromListedPage: () => false },
  });
  const request = new Request("http://127.0.0.1/");
  const policy = { "content-security-policy": "default-src 'none'" };
  const own = headers.completeOwn(request, new Response("", { headers: policy }));
  assertEquals(own.headers.get("content-security-policy"), "default-src 'none'");
  assertEquals(own.headers.get("x-mine"), null);
  assertEquals(own.headers.get("x-content-type-options"), "nosniff");
});

Deno.test("ResponseHeaders leaves out what no browser would look at: where a token came as a header", () => {
  const headers = new ResponseHeaders({
    serverHeaders: {},
    guard: { listedOrigin: () => undefined, fromListedPage: () => false },
  });
  const kept = (name: string, value: string) =>
    headers.completeOwn(
      new Request("http://127.0.0.1/", { headers: { [name]: value } }),
      new Response(""),
    ).headers.get("x-content-type-options") !== null;
  assert(!kept("authorization", "Bearer abc"));
  assert(!kept("x-authorization", "abc"));
  // Browsers add passwords that a user has typed, also to what a foreign page loads.
  assert(kept("authorization", "Basic YTpi"));
  assert(kept("authorization", "basic YTpi"));
  assert(kept("x-other", "abc"));
});
