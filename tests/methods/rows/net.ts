import { assertEquals } from "@std/assert";
import { missing, type Row, type Table, WRONG_TYPE } from "../conformance.ts";
import { AUTHORITY, OddServer, ok, redirect } from "../../net/odd_server.ts";

const BIG = "ü\u0001\n".repeat(400_000);
const compressed = new Uint8Array(
  await new Response(
    new Blob(["grüß ".repeat(100)]).stream().pipeThrough(new CompressionStream("gzip")),
  ).arrayBuffer(),
);

/** Everything a page sees of an answer. */
interface Seen {
  status: number;
  statusText: string;
  body: string;
  headers: Record<string, string>;
  cookies: string;
  contentType: string;
  location: string;
  version: string;
}

const echo = (request: string) => ok(request, "Content-Type: text/x\r\n");
let servers: OddServer[] = [];
let silent: Deno.TcpListener;

/** The request arrived with these lines, and without those. */
function sent(lines: string[], without = /(?!)/): Row[2] {
  return {
    satisfies: ({ body }: Seen) => {
      const got = body.split("\r\n");
      assertEquals(lines.filter((line) => !got.includes(line)), [], body);
      return !got.some((line) => without.test(line));
    },
  };
}

const body = (text: string): Row[2] => ({ satisfies: (seen: Seen) => seen.body === text });
const fails = (reason: string) => ({ fails: "NE_NW_HTTPERR", message: `HTTP error: ${reason}` });
const FAILED_TO_READ = fails("Failed to read connection");

export const net: Table = {
  name: "net",
  options: { trustedCertificates: [AUTHORITY] },
  rows() {
    const other = new OddServer({ "/echo": echo });
    const good = new OddServer({ "/": ok("over TLS") }, { certificate: "good" });
    const otherName = new OddServer({}, { certificate: "other_name" });
    const expired = new OddServer({}, { certificate: "expired" });
    const hops = Array.from({ length: 22 }, (_, i) => [`/hop${i}`, redirect(307, `hop${i + 1}`)]);
    const server: OddServer = new OddServer({
      "/echo": echo,
      "/spelling":
        "HTTP/1.1 201 Fine  indeed\r\nX-sPeLLing: ü  \r\nset-cookie: a=1; Expires=Mon, 1\r\n" +
        "Set-Cookie: b=2\r\nX-Two: 1\r\nx-two: 2\r\n__proto__: p\r\nCONTENT-type: text/plain\r\n" +
        "Content-Length: 2\r\n\r\nok",
      "/old": "HTTP/1.0 404 No\r\nFoo: bar\r\n\r\nuntil the end",
      "/bare": "HTTP/1.1 200\nContent-Length: 2\n\nok",
      "/interim": `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nA: b\r\n\r\n${ok("then")}`,
      "/chunked": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
        "2;x=y\r\ng\u0000\r\nD\r\nrüß\r\nchunks\r\n0\r\nTrailer: x\r\n\r\nignored",
      "/bad-chunks": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "/no-content": "HTTP/1.1 204 No Content\r\n\r\n",
      "/not-modified": "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
      "/twice": "HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\nokmore",
      "/differ": "HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length: 3\r\n\r\nokmore",
      "/short": "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
      "/nothing": "",
      "/garbage": "no HTTP\r\n\r\n",
      "/huge": `HTTP/1.1 200 OK\r\nBig: ${"x".repeat(100_000)}\r\nContent-Length: 0\r\n\r\n`,
      "/endless-head": `HTTP/1.1 200 OK\r\nBig: ${"x".repeat(1_000_000)}`,
      "/never": "never",
      "/binary": new Uint8Array([
        ...new TextEncoder().encode("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"),
        ...[0x41, 0xff, 0x42],
      ]),
      "/gzip": new Uint8Array([
        ...new TextEncoder().encode(
          `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${compressed.length}\r\n\r\n`,
        ),
        ...compressed,
      ]),
      "/big": ok(BIG),
      "/to-echo": redirect(302, "/echo"),
      "/303": redirect(303, "echo?a=b"),
      "/308": redirect(308, "/echo"),
      "/elsewhere": redirect(307, `http://localhost:${other.port}/echo`),
      "/to-file": redirect(302, "file:///etc/passwd"),
      "/no-location": "HTTP/1.1 302 Found\r\nContent-Length: 2\r\n\r\nok",
      "/loop": redirect(302, "/loop"),
      ...Object.fromEntries(hops),
      "/hop20": ok("after twenty"),
      "/more": redirect(302, "/hop0"),
    });
    // Connections wait here; nobody takes them.
    silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const silentPort = silent.addr.port;
    servers = [server, other, good, otherName, expired];
    const at = (path: string) => `http://127.0.0.1:${server.port}${path}`;
    const secure = ({ port }: OddServer, host = "localhost") => `https://${host}:${port}/`;
    const get = (path: string, expected: Row[2], options = {}): Row => [
      "net.request",
      { url: at(path), ...options },
      expected,
    ];
    return [
      // Answers.
      get("/spelling", {
        gives: {
          status: 201,
          statusText: "Fine  indeed",
          body: "ok",
          headers: Object.fromEntries([
            ["X-sPeLLing", "ü"],
            ["set-cookie", "a=1; Expires=Mon, 1\nb=2"],
            ["X-Two", "1, 2"],
            ["__proto__", "p"],
            ["CONTENT-type", "text/plain"],
            ["Content-Length", "2"],
          ]),
          cookies: "a=1; Expires=Mon, 1\nb=2",
          contentType: "text/plain",
          location: "",
          version: "HTTP/1.1",
        },
      }),
      get("/old", {
        gives: {
          status: 404,
          statusText: "No",
          body: "until the end",
          headers: { Foo: "bar" },
          cookies: "",
          contentType: "",
          location: "",
          version: "HTTP/1.0",
        },
      }),
      get("/bare", body("ok")),
      get("/interim", body("then")),
      get("/chunked", body("g\u0000rüß\r\nchunks")),
      get("/no-content", { satisfies: (s: Seen) => s.status === 204 && s.body === "" }),
      get("/not-modified", { satisfies: (s: Seen) => s.status === 304 && s.body === "" }),
      get("/twice", body("ok")),
      get("/huge", { satisfies: ({ headers }: Seen) => headers.Big?.length === 100_000 }),
      get("/binary", body("A\ufffdB")),
      get("/big", body(BIG)),
      get("/gzip", body("grüß ".repeat(100)), { headers: { "accept-encoding": "gzip" } }),
      get("/gzip", { satisfies: ({ body }: Seen) => body.includes("\ufffd") }),
      // Requests.
      get(
        "/echo",
        sent([
          "GET /echo HTTP/1.1",
          `Host: 127.0.0.1:${server.port}`,
          "Accept: */*",
          "Connection: close",
        ], /^content-|accept-encoding/i),
      ),
      get("/echo", sent([], /^connection/i), { keepAlive: true }),
      get("/echo", { satisfies: ({ body }: Seen) => /^User-Agent: \S+$/m.test(body) }),
      get("/echo?a=1", sent(["GET /echo?a=1&%C3%BC+%26=x+%2B&b= HTTP/1.1"]), {
        params: { "ü &": "x +", b: "", dropped: 1 },
      }),
      get("/echo", sent(["GET /echo?q=1 HTTP/1.1"]), { params: { q: "1" }, body: "none" }),
      get("/echo", sent(["X-My-Case: grüß", "Host: x.example", "accept: text/y"], /dropped/), {
        headers: { "X-My-Case": "grüß", "Host": "x.example", "accept": "text/y", "dropped": 1 },
      }),
      get("/echo", sent(["Authorization: Basic w7xzZXI6cMOkc3M="]), {
        auth: { username: "üser", password: "päss" },
      }),
      get("/echo", sent([], /^authorization/i), { auth: {} }),
      ["net.request", { url: at("/echo/../ü b%20c?d e#f") }, {
        satisfies: ({ status }: Seen) => status === 404,
      }],
      get("/echo?ü b%20%c", sent(["GET /echo?%C3%BC%20b%20%c HTTP/1.1"])),
      get("/echo?ü%20", sent(["GET /echo?ü%20 HTTP/1.1"]), { encodePath: false }),
      get("/echo#x", sent(["GET /echo HTTP/1.1"])),
      // Bodies.
      get("/echo", sent(["POST /echo HTTP/1.1", "Content-Type: text/plain", "grüß"]), {
        method: "POST",
        body: "grüß",
        params: { not: "sent" },
      }),
      get("/echo", sent(["Content-Type: application/json", "Content-Length: 2", "{}"]), {
        method: "PUT",
        body: "{}",
        contentType: "",
      }),
      get("/echo", sent(["Content-Type: x/y", "Content-Length: 1"], /text\/z|: 99$|chunked/), {
        method: "PATCH",
        body: "x",
        contentType: "x/y",
        headers: {
          "content-type": "text/z",
          "Content-Length": "99",
          "transfer-encoding": "chunked",
        },
      }),
      get("/echo", sent(["DELETE /echo HTTP/1.1", "content-type: text/z", "x"]), {
        method: "DELETE",
        body: "x",
        headers: { "content-type": "text/z" },
      }),
      get("/echo", sent(["DELETE /echo HTTP/1.1"], /^content-/i), { method: "DELETE" }),
      get("/echo", sent(["POST /echo HTTP/1.1", "Content-Length: 0"]), { method: "POST" }),
      get(
        "/echo",
        sent(["Content-Type: application/x-www-form-urlencoded", "a=%C3%BC+b&c=d"]),
        { method: "POST", params: { a: "ü b", c: "d" } },
      ),
      get("/echo", sent(["OPTIONS /echo HTTP/1.1"]), { method: "OPTIONS", params: { a: "b" } }),
      get("/echo", {
        satisfies: (s: Seen) => s.body === "" && s.headers["Content-Length"] !== "0",
      }, { method: "HEAD" }),
      get("/echo", sent([`${"x".repeat(3_000_000)}`]), {
        method: "POST",
        body: "x".repeat(3_000_000),
      }),
      // Redirects.
      get("/to-echo", { satisfies: (s: Seen) => s.status === 302 && s.location === "" }),
      get("/to-echo", {
        satisfies: (s: Seen) => s.status === 200 && s.location === "/echo" && /^GET/.test(s.body),
      }, { allowRedirects: true, method: "GET" }),
      get("/to-echo", sent(["GET /echo HTTP/1.1"], /^content-|secret/i), {
        allowRedirects: true,
        method: "POST",
        body: "secret",
      }),
      get("/to-echo", sent(["PUT /echo HTTP/1.1", "again"]), {
        allowRedirects: true,
        method: "PUT",
        body: "again",
      }),
      get("/303", sent(["GET /echo?a=b HTTP/1.1"], /again/), {
        allowRedirects: true,
        method: "DELETE",
        body: "again",
      }),
      get(
        "/308",
        sent(["POST /echo HTTP/1.1", "again", "Cookie: c", "Authorization: Basic YTpi"]),
        {
          allowRedirects: true,
          method: "POST",
          body: "again",
          headers: { Cookie: "c" },
          auth: { username: "a", password: "b" },
        },
      ),
      get(
        "/elsewhere",
        sent(["X-Kept: yes", `Host: localhost:${other.port}`], /^cookie|^authorization|mine/i),
        {
          allowRedirects: true,
          headers: { Cookie: "c", "X-Kept": "yes", Host: "mine.example" },
          auth: { username: "a", password: "b" },
        },
      ),
      get(
        "/hop0",
        { satisfies: (s: Seen) => s.body === "after twenty" && s.location === "hop20" },
        {
          allowRedirects: true,
        },
      ),
      get("/more", fails("Maximum redirect count exceeded"), { allowRedirects: true }),
      get("/loop", fails("Maximum redirect count exceeded"), { allowRedirects: true }),
      get("/to-file", fails("Unknown"), { allowRedirects: true }),
      get("/no-location", body("ok"), { allowRedirects: true }),
      // Failures.
      get("/echo", fails("Unknown"), { method: "get" }),
      get("/echo", fails("Unknown"), { method: "TRACE" }),
      get("/short", FAILED_TO_READ),
      get("/nothing", FAILED_TO_READ),
      get("/garbage", FAILED_TO_READ),
      get("/differ", FAILED_TO_READ),
      get("/bad-chunks", FAILED_TO_READ),
      get("/endless-head", FAILED_TO_READ),
      get("/never", FAILED_TO_READ, { timeout: 50 }),
      ["net.request", { url: "http://127.0.0.1:1/" }, fails("Could not establish connection")],
      ["net.request", { url: "http://nobody.invalid/" }, fails("Could not establish connection")],
      ["net.request", { url: `https://127.0.0.1:${server.port}/` }, {
        fails: "NE_NW_SSLCONN",
        message: "SSL connection failed: 1",
      }],
      // TLS.
      ["net.request", { url: `https://127.0.0.1:${silentPort}/`, timeout: 50 }, {
        ...fails("Connection timed out"),
      }],
      ["net.request", { url: secure(good) }, body("over TLS")],
      ["net.request", { url: secure(good, "127.0.0.1") }, body("over TLS")],
      ["net.request", { url: secure(otherName) }, {
        fails: "NE_NW_SSLHOST",
        message: "SSL hostname verification failed for 62",
      }],
      ["net.request", { url: secure(expired) }, {
        fails: "NE_NW_SSLVERI",
        message: "SSL server verification failed for 10",
      }],
      // Parameters.
      ...[
        "",
        "x",
        "127.0.0.1",
        "ftp://a/",
        "file:///etc/passwd",
        "http://",
        "http:///a",
        "http://a:b@127.0.0.1/",
        "http://a b/",
        "http://a:99999/",
        " http://127.0.0.1/",
      ].map((url): Row => ["net.request", { url }, missing("url")]),
      get("/echo", WRONG_TYPE, { headers: { "a b": "c" } }),
      get("/echo", WRONG_TYPE, { headers: { a: "b\r\nc: d" } }),
      get("/echo", WRONG_TYPE, { headers: { a: "b\u0000" } }),
      get("/echo", WRONG_TYPE, { contentType: "a/b\nc: d", body: "", method: "POST" }),
      get("/echo", WRONG_TYPE, { headers: [] }),
      get("/echo", WRONG_TYPE, { params: [] }),
      get("/echo", WRONG_TYPE, { auth: { username: 1, password: "x" } }),
      get("/echo x", WRONG_TYPE, { encodePath: false }),
      get("/echo", WRONG_TYPE, { body: {}, method: "POST" }),
      get("/echo?x\r\nA: b", sent(["GET /echo?x%0D%0AA:%20b HTTP/1.1"], /^A:/)),
    ];
  },
  async after(app) {
    await app.eventually(() => servers.every(({ open }) => open === 0), {
      what: "end of all connections",
    });
    silent.close();
    for (const server of servers) server[Symbol.dispose]();
  },
};
