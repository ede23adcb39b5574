import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { ManagePage } from "../../../lib/airdcpp/manage/manage_page.ts";
import { loadPageFiles, PAGE_NAMES } from "../../../lib/airdcpp/manage/page_files.ts";
import { StartError } from "../../../lib/errors.ts";
import { MemoryLog } from "../../server/running_server.ts";

const PAGE_FILES = await loadPageFiles();
const ORIGIN = "http://localhost:8123";
const INFO = {} as Deno.ServeHandlerInfo<Deno.NetAddr>;

/** A page whose sessions are `session-1` and so on. */
function setUp() {
  let issued = 0;
  let now = 0;
  const log = new MemoryLog();
  const page = new ManagePage({
    files: PAGE_FILES,
    issueSession: () => `session-${++issued}`,
    now: () => now,
    log,
  });
  return {
    page,
    log,
    get issued() {
      return issued;
    },
    pass: (ms: number) => now += ms,
    ask: async (url: string, headers: Record<string, string> = {}, method = "GET") => {
      const request = new Request(url, { method, headers: { host: "localhost:8123", ...headers } });
      const response = await page.handle(request, INFO);
      return { response, status: response.status, text: await response.text() };
    },
  };
}

/** The session that a page was given; `null` when it got none. */
function sessionIn(text: string): string | null {
  const json = /<script type="application\/json"[^>]*>([^<]*)<\/script>/.exec(text)![1]!;
  return JSON.parse(json).session;
}

Deno.test("loadPageFiles() says what a program compiled without them lacks", async () => {
  await assertRejects(
    () => loadPageFiles(new URL("file:///nowhere/page/")),
    StartError,
    '"deno compile" needs --include for lib/airdcpp/manage/page',
  );
});

Deno.test("loadPageFiles() knows every file of the page", () => {
  const folder = new URL("../../../lib/airdcpp/manage/page/", import.meta.url);
  assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [...PAGE_NAMES]);
});

Deno.test("ManagePage.newUrl() is an address with a token of 128 bits or more, never the same", () => {
  const { page } = setUp();
  const urls = [page.newUrl(ORIGIN), page.newUrl(ORIGIN)];
  assert(urls[0] !== urls[1]);
  for (const url of urls) {
    const { origin, pathname, search } = new URL(url);
    assertEquals([origin, pathname], [ORIGIN, "/__outrigger/extensions"]);
    assertMatch(search, /^\?token=[\w-]{22,}$/);
  }
});

Deno.test("ManagePage gives a session for a token once", async () => {
  const host = setUp();
  const url = host.page.newUrl(ORIGIN);
  const first = await host.ask(url);
  assertEquals([first.status, sessionIn(first.text)], [200, "session-1"]);
  const second = await host.ask(url);
  assertEquals([second.status, sessionIn(second.text), host.issued], [200, null, 1]);
});

Deno.test("ManagePage gives no session without a token or for a wrong one", async () => {
  const host = setUp();
  const url = host.page.newUrl(ORIGIN);
  const { searchParams } = new URL(url);
  const token = searchParams.get("token")!;
  const bare = url.slice(0, url.indexOf("?"));
  const wrong = ["", "?", "?token", "?token=", `?token=${token.slice(1)}`, `?token=${token}x`];
  const others = [`?Token=${token}`, `?x=${token}`, `?token=x&token=${token}`, "?token=__proto__"];
  for (const query of [...wrong, ...others]) {
    const { status, text } = await host.ask(bare + query);
    assertEquals([status, sessionIn(text)], [200, null], query);
  }
  assertEquals(host.issued, 0);
  assertEquals(sessionIn((await host.ask(`${bare}?a=b&token=${token}&c`)).text), "session-1");
});

Deno.test("ManagePage takes a token for 10 minutes", async () => {
  const host = setUp();
  const [early, late] = [host.page.newUrl(ORIGIN), host.page.newUrl(ORIGIN)];
  host.pass(599_999);
  assertEquals(sessionIn((await host.ask(early)).text), "session-1");
  host.pass(1);
  assertEquals(sessionIn((await host.ask(late)).text), null);
});

Deno.test("ManagePage keeps the newest 32 tokens", async () => {
  const host = setUp();
  const urls = Array.from({ length: 33 }, () => host.page.newUrl(ORIGIN));
  assertEquals(sessionIn((await host.ask(urls[0]!)).text), null);
  assertEquals(sessionIn((await host.ask(urls[1]!)).text), "session-1");
  assertEquals(sessionIn((await host.ask(urls[32]!)).text), "session-2");
});

Deno.test("ManagePage keeps a token when no session can be started", async () => {
  let full = true;
  const page = new ManagePage({
    files: PAGE_FILES,
    issueSession() {
      if (full) throw new Error("too many sessions");
      return "session";
    },
  });
  const url = page.newUrl(ORIGIN);
  const ask = async () => await page.handle(new Request(url), INFO);
  await ask().then(
    () => assert(false),
    ({ message }) => assertEquals(message, "too many sessions"),
  );
  full = false;
  assertEquals(sessionIn(await (await ask()).text()), "session");
});

Deno.test("ManagePage answers HEAD with the head alone and keeps the token", async () => {
  const host = setUp();
  const url = host.page.newUrl(ORIGIN);
  const { status, text, response } = await host.ask(url, {}, "HEAD");
  assertEquals([status, text], [200, ""]);
  assertStringIncludes(response.headers.get("content-type")!, "text/html");
  assertEquals(sessionIn((await host.ask(url)).text), "session-1");
});

for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
  Deno.test(`ManagePage answers ${method} with 405 and keeps the token`, async () => {
    const host = setUp();
    const url = host.page.newUrl(ORIGIN);
    for (const target of [url, `${ORIGIN}/__outrigger/app.js`]) {
      const { status, response } = await host.ask(target, {}, method);
      assertEquals([status, response.headers.get("allow")], [405, "GET, HEAD"]);
    }
    assertEquals(sessionIn((await host.ask(url)).text), "session-1");
  });
}

for (
  const [name, type] of [["app.js", "text/javascript"], ["api.js", "text/javascript"], [
    "style.css",
    "text/css",
  ]] as const
) {
  Deno.test(`ManagePage serves ${name}, to be kept by nobody`, async () => {
    const host = setUp();
    const { status, text, response: { headers } } = await host.ask(`${ORIGIN}/__outrigger/${name}`);
    assertEquals([status, text], [200, PAGE_FILES.get(name)]);
    assertEquals(headers.get("content-type"), `${type}; charset=utf-8`);
    assertEquals(headers.get("cache-control"), "no-store");
    assertEquals(headers.get("cross-origin-resource-policy"), "same-origin");
    assertEquals(headers.get("x-content-type-options"), "nosniff");
  });
}

for (
  const path of [
    "",
    "/",
    "/index.html",
    "/extensions/",
    "/extensions/x",
    "/page/app.js",
    "//app.js",
    "/app.js/",
    "/%61pp.js",
    "/__proto__",
    "/constructor.js",
    "/..%2fapp.js",
  ]
) {
  Deno.test(`ManagePage answers /__outrigger${path} with 404`, async () => {
    const { status, response } = await setUp().ask(`${ORIGIN}/__outrigger${path}`);
    assertEquals([status, response.headers.get("cache-control")], [404, "no-store"]);
  });
}

Deno.test("ManagePage allows its own scripts and styles alone, each time with another nonce", async () => {
  const host = setUp();
  const nonces = new Set<string>();
  for (
    const url of [
      host.page.newUrl(ORIGIN),
      host.page.newUrl(ORIGIN),
      `${ORIGIN}/__outrigger/extensions`,
    ]
  ) {
    const { text, response } = await host.ask(url);
    const policy = new Map(
      response.headers.get("content-security-policy")!.split("; ").map((part) => {
        const space = part.indexOf(" ");
        return [part.slice(0, space), part.slice(space + 1)] as const;
      }),
    );
    const [, nonce] = /^'nonce-([\w-]{22,})'$/.exec(policy.get("script-src")!)!;
    nonces.add(nonce!);
    assertEquals(Object.fromEntries(policy), {
      "default-src": "'none'",
      "script-src": `'nonce-${nonce}'`,
      "style-src": `'nonce-${nonce}'`,
      "connect-src": "'self' ws://localhost:8123 wss://localhost:8123",
      "img-src": "data:",
      "frame-ancestors": "'none'",
      "base-uri": "'none'",
      "form-action": "'none'",
      "require-trusted-types-for": "'script'",
      "trusted-types": "'none'",
    });
    for (const tag of text.match(/<(script|link rel="stylesheet")[^>]*>/g)!) {
      assertStringIncludes(tag, `nonce="${nonce}"`);
    }
    assert(!text.includes("NONCE") && !text.includes("STATE"));
    assert(!/\son\w+=|\sstyle=|javascript:/i.test(text), "inline handlers and styles");
    assertEquals(response.headers.get("referrer-policy"), "no-referrer");
    assertEquals(response.headers.get("cache-control"), "no-store");
    assertEquals(response.headers.get("x-content-type-options"), "nosniff");
    assertEquals(response.headers.get("x-frame-options"), "DENY");
    assertEquals(response.headers.get("cross-origin-resource-policy"), "same-origin");
  }
  assertEquals(nonces.size, 3);
});

Deno.test("ManagePage puts nothing into its policy that is no authority", async () => {
  const page = new ManagePage({ files: PAGE_FILES, issueSession: () => "" });
  const url = "http://a;script-src/__outrigger/extensions";
  const request = { url, method: "GET", headers: new Headers() } as Request;
  const { headers } = await page.handle(request, INFO);
  assertStringIncludes(headers.get("content-security-policy")!, "connect-src 'self';");
});

Deno.test("ManagePage writes a session so that it cannot end its element", async () => {
  const page = new ManagePage({ files: PAGE_FILES, issueSession: () => "</script><script>$& $1" });
  const response = await page.handle(new Request(page.newUrl(ORIGIN)), INFO);
  assertEquals(sessionIn(await response.text()), "</script><script>$& $1");
});

Deno.test("ManagePage logs that it was opened, without token or session", async () => {
  const host = setUp();
  const url = host.page.newUrl(ORIGIN);
  await host.ask(url);
  assertEquals(host.log.lines, ["INFO The page that manages extensions was opened"]);
});

Deno.test("the page makes no markup from text", () => {
  const forbidden =
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|createContextualFragment|srcdoc/;
  for (const [name, text] of PAGE_FILES) assert(!forbidden.test(text), name);
});
