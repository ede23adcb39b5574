/** Row 3 for a whole host: who gets the scripts, who uses up the token, and what stands in them. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { startHost } from "../../lib/host.ts";
import { startTestHost, type TestHost } from "../../lib/testing.ts";
import { rawRequest } from "../server/raw_http.ts";
import { FOREIGN_SCRIPTS, LISTED, OWN_SCRIPTS } from "./hostile_requests.ts";
import { APP_FILES, ask, holdsToken } from "./whole_host.ts";

const HOST = "Host: localhost:PORT";
const SCRIPTS = [
  "/__neutralino_globals.js",
  "/deep/er/__neutralino_globals.js?x=1",
  "/neutralino.js",
  "/%6eeutralino.js",
];

/** Runs scripts as one page would, and answers its globals. */
function evaluate(...scripts: string[]): Record<string, unknown> {
  // `var` in a function stays there, so that it is carried over by hand; the second script of a page
  // looks for the first one's token in the global object.
  const names = new Set(scripts.flatMap((text) => text.match(/\bNL_[\w$]+(?==)/g) ?? []));
  const globals: Record<string, unknown> = {};
  for (const text of scripts) {
    const params = [...names].filter((name) => name in globals);
    const run = new Function(
      "globalThis",
      ...params,
      `${text}\nreturn {${
        [...names].map(
          (name) => `${name}: typeof ${name} === "undefined" ? undefined : ${name}`,
        )
      }};`,
    );
    Object.assign(globals, run({ ...globals }, ...params.map((name) => globals[name])));
  }
  return globals;
}

async function globalsOf(app: TestHost): Promise<Record<string, unknown>> {
  return evaluate((await ask(app, SCRIPTS[0]!, [HOST])).body);
}

Deno.test("a host gives its scripts to no other site, and the token is still there afterwards", async () => {
  await using app = await startTestHost({ files: APP_FILES });
  for (const target of SCRIPTS) {
    for (const headers of FOREIGN_SCRIPTS) {
      const { status, body, headers: got } = await ask(app, target, [HOST, ...headers]);
      assertEquals(status, 403, `${target} to [${headers.join("; ")}]`);
      assert(!holdsToken(app, body));
      assertEquals(got.get("cross-origin-resource-policy"), "same-origin");
    }
  }
  assertEquals((await globalsOf(app)).NL_TOKEN, app.host.tokens.page);
});

Deno.test("a host gives its scripts to its own page, for nobody else to read", async () => {
  await using app = await startTestHost({ files: APP_FILES, config: { tokenSecurity: "none" } });
  for (const target of SCRIPTS) {
    for (const headers of OWN_SCRIPTS) {
      const { status, body, headers: got } = await ask(app, target, [HOST, ...headers]);
      assertEquals(status, 200, `${target} to [${headers.join("; ")}]`);
      assert(body.includes(app.host.tokens.page), '"none" always carries the token');
      assertEquals(got.get("cross-origin-resource-policy"), "same-origin");
      assertEquals(got.get("x-content-type-options"), "nosniff");
      assertEquals(got.get("cache-control"), "no-store");
      assertEquals(got.has("access-control-allow-origin"), false);
    }
  }
});

Deno.test("a listed origin gets the scripts cross-origin", async () => {
  await using app = await startTestHost({ config: { allowedOrigins: [LISTED] } });
  const { status, headers, body } = await ask(app, SCRIPTS[0]!, [
    HOST,
    "Sec-Fetch-Site: same-site",
    `Referer: ${LISTED}/`,
  ]);
  assertEquals([status, headers.get("cross-origin-resource-policy")], [200, "cross-origin"]);
  assert(body.includes(app.host.tokens.page));
});

/** Requests that must not use up the one-time token. */
const HARMLESS: [why: string, line: string, ...headers: string[]][] = [
  ["a missing library", "GET /js/neutralino.js HTTP/1.1"],
  ["a library in a hidden folder", "GET /.tmp/neutralino.js HTTP/1.1"],
  ["HEAD of the globals", "HEAD /__neutralino_globals.js HTTP/1.1"],
  ["HEAD of the library", "HEAD /neutralino.js HTTP/1.1"],
  ["POST", "POST /__neutralino_globals.js HTTP/1.1", "Content-Length: 0"],
  ["OPTIONS", "OPTIONS /__neutralino_globals.js HTTP/1.1"],
  ["another name", "GET /neutralino.mjs HTTP/1.1"],
  ["a name in the query", "GET /missing.js?/__neutralino_globals.js HTTP/1.1"],
  ["another site", "GET /__neutralino_globals.js HTTP/1.1", "Sec-Fetch-Site: cross-site"],
  ["a foreign Origin", "GET /neutralino.js HTTP/1.1", "Origin: http://evil.example"],
];

Deno.test("no request that is refused or has no body uses up the one-time token", async () => {
  for (const [why, line, ...headers] of HARMLESS) {
    await using app = await startTestHost({ files: APP_FILES });
    const { port } = app.host;
    const { body } = await rawRequest(port, line, `Host: localhost:${port}`, ...headers);
    assert(!holdsToken(app, body), why);
    assertEquals((await globalsOf(app)).NL_TOKEN, app.host.tokens.page, why);
  }
});

Deno.test("HEAD tells the size that GET would have", async () => {
  await using app = await startTestHost({ files: APP_FILES });
  const { port } = app.host;
  for (const target of [...SCRIPTS, ...SCRIPTS]) {
    const [head, get] = [
      await rawRequest(port, `HEAD ${target} HTTP/1.1`, `Host: localhost:${port}`),
      await rawRequest(port, `GET ${target} HTTP/1.1`, `Host: localhost:${port}`),
    ];
    assertEquals(head.headers.get("content-length"), get.headers.get("content-length"));
  }
});

Deno.test("the second script carries no token and leaves the first one's alone", async () => {
  await using app = await startTestHost({ files: APP_FILES });
  const [first, second, third] = [
    await ask(app, "/__neutralino_globals.js", [HOST]),
    await ask(app, "/neutralino.js", [HOST]),
    await ask(app, "/__neutralino_globals.js", [HOST]),
  ];
  for (const { body } of [second, third]) assert(!holdsToken(app, body));
  assertEquals(evaluate(first.body, second.body, third.body).NL_TOKEN, app.host.tokens.page);
  // A page of its own has none, and knows that.
  assertEquals(evaluate(third.body).NL_TOKEN, "");
});

Deno.test("of many scripts asked for at once one carries the token", async () => {
  await using app = await startTestHost({ files: APP_FILES });
  const bodies = await Promise.all(
    Array.from({ length: 20 }, (_, i) => ask(app, SCRIPTS[i % SCRIPTS.length]!, [HOST])),
  );
  assertEquals(bodies.filter(({ body }) => holdsToken(app, body)).length, 1);
});

const NASTY = [
  "</script><script>alert(1)</script>",
  "<!--",
  "'; alert(1); '",
  '"; alert(1); "',
  "\\",
  "\\'",
  "\\u0022",
  "\u2028\u2029",
  "\n\r\t\0",
  "${1+1}`",
  "\ud800",
  "ü€😀",
];

Deno.test("globals are what they are, whatever characters they hold", async () => {
  const globalVariables = Object.fromEntries(NASTY.map((value, i) => [`N${i}`, value]));
  const nested = { [NASTY[0]!]: [NASTY, { a: null, b: true, c: 1.5 }] };
  await using app = await startTestHost({
    config: {
      applicationId: NASTY.join(""),
      version: NASTY.join(""),
      globalVariables: { ...globalVariables, NESTED: nested, NOTHING: null },
    },
    args: NASTY.map((value) => `--nothing=${value}`),
  });
  const { body } = await ask(app, SCRIPTS[0]!, [HOST]);
  assert(!/[<\u2028\u2029\n\r]/.test(body), "characters that end a script or a line");
  const globals = evaluate(body);
  for (const [name, value] of Object.entries(globalVariables)) {
    assertEquals(globals[`NL_${name}`], value, JSON.stringify(value));
  }
  assertEquals(globals.NL_VERSION, "6.9.0");
  assertEquals(globals.NL_NOTHING, null);
  assertEquals(globals.NL_NESTED, nested);
  assertEquals(globals.NL_APPVERSION, NASTY.join(""));
  assert((globals.NL_ARGS as string[]).includes(`--nothing=${NASTY[3]}`));
  assertEquals(globals.NL_PATH, app.folder);
});

Deno.test({
  name: "a folder's name cannot break out of its string",
  ignore: Deno.build.os === "windows",
  async fn() {
    const outer = await Deno.makeTempDir();
    const folder = join(outer, `a'b"c\\d<!--script>\u2028\n${"$"}{e}\`f`);
    try {
      await Deno.mkdir(folder);
      const config = { enableServer: true, defaultMode: "browser" };
      await Deno.writeTextFile(join(folder, "neutralino.config.json"), JSON.stringify(config));
      await using host = await startHost({ args: [`--path=${folder}`], show: false });
      const { body } = await rawRequest(
        host.port,
        `GET ${SCRIPTS[0]} HTTP/1.1`,
        `Host: localhost:${host.port}`,
      );
      assertEquals(evaluate(body).NL_PATH, folder);
    } finally {
      await Deno.remove(outer, { recursive: true });
    }
  },
});

Deno.test("a global whose name is no name is left out and does not break the others", async () => {
  await using app = await startTestHost({
    config: { globalVariables: { "A-B": 1, "X=alert(1)//": 2, "a b": 3, "": 4, GOOD: 5, "ü1": 6 } },
  });
  const globals = await globalsOf(app);
  assertEquals(globals.NL_GOOD, 5);
  assertEquals(globals.NL_PORT, app.host.port);
  assertEquals(globals.NL_TOKEN, app.host.tokens.page);
  await app.printed('"globalVariables"');
});
