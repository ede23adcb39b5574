import { assertEquals, assertStringIncludes } from "@std/assert";
import { Assets, type AssetsOptions } from "../../lib/server/assets.ts";
import { MountTable } from "../../lib/server/mounts.ts";
import { FolderSource } from "./folder_source.ts";
import { rawRequest, type RawResponse } from "./raw_http.ts";
import { MemoryLog, startServer } from "./running_server.ts";

interface Served {
  folder: string;
  source: FolderSource;
  mounts: MountTable;
  log: MemoryLog;
  port: number;
  get(target: string, ...headers: string[]): Promise<RawResponse>;
  request(...lines: string[]): Promise<RawResponse>;
}

/** Serves a folder with `files` and calls the test. */
async function serving(
  files: Record<string, string | Uint8Array>,
  test: (served: Served) => Promise<void>,
  options: Partial<AssetsOptions> & { serverHeaders?: Record<string, string> } = {},
) {
  const folder = await Deno.makeTempDir();
  try {
    for (const [path, content] of Object.entries(files)) {
      const full = `${folder}/${path}`;
      await Deno.mkdir(full.slice(0, full.lastIndexOf("/")), { recursive: true });
      if (typeof content === "string") await Deno.writeTextFile(full, content);
      else await Deno.writeFile(full, content);
    }
    await using source = new FolderSource(folder);
    await using mounts = new MountTable((root) => new FolderSource(root));
    const log = new MemoryLog();
    const { serverHeaders = {}, ...rest } = options;
    const assets = new Assets({ source, mounts, log, ...rest });
    const routes = [{ prefix: "/", handler: (request: Request) => assets.serve(request) }];
    await using server = await startServer(routes, { serverHeaders });
    const { port } = server;
    const host = `Host: localhost:${port}`;
    await test({
      folder,
      source,
      mounts,
      log,
      port,
      get: (target, ...headers) => rawRequest(port, `GET ${target} HTTP/1.1`, host, ...headers),
      request: (line, ...headers) => rawRequest(port, line!, host, ...headers),
    });
    // Whatever was answered, no file stays open.
    await source.openFiles.closed();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("Assets.serve() answers a file with type, length, validators and policy", () =>
  serving({ "a.css": "body{}" }, async ({ get }) => {
    const { status, headers, body } = await get("/a.css?v=1");
    assertEquals([status, body], [200, "body{}"]);
    assertEquals(headers.get("content-type"), "text/css");
    assertEquals(headers.get("content-length"), "6");
    assertEquals(headers.get("cache-control"), "no-cache");
    assertEquals(headers.get("x-content-type-options"), "nosniff");
    assertEquals(headers.get("cross-origin-resource-policy"), "same-origin");
    for (const name of ["etag", "last-modified"]) assertEquals(headers.has(name), true, name);
    for (const name of ["accept-ranges", "access-control-allow-origin"]) {
      assertEquals(headers.has(name), false, name);
    }
  }));

Deno.test("Assets.serve() answers HEAD like GET without the body", () =>
  serving(
    { "a.txt": "12345", "big.bin": new Uint8Array(200_000) },
    async ({ request, get, source }) => {
      for (const target of ["/a.txt", "/big.bin", "/none.txt"]) {
        const got = await get(target);
        await source.openFiles.closed();
        const { status, headers } = await request(`HEAD ${target} HTTP/1.1`);
        assertEquals(source.openFiles.count, 0);
        assertEquals(status, got.status);
        for (const name of ["content-type", "etag"]) {
          assertEquals(headers.get(name), got.headers.get(name), `${target} ${name}`);
        }
        if (status === 200) {
          assertEquals(headers.get("content-length"), got.headers.get("content-length"));
        }
      }
      const part = await request("HEAD /a.txt HTTP/1.1", "Range: bytes=1-2");
      assertEquals([part.status, part.headers.get("content-length")], [206, "2"]);
    },
  ));

Deno.test("Assets.serve() answers other methods with 405 and what is allowed", () =>
  serving({ "index.html": "" }, async ({ request }) => {
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND"]) {
      const { status, headers } = await request(`${method} / HTTP/1.1`);
      assertEquals([status, headers.get("allow")], [405, "GET, HEAD"], method);
    }
  }));

Deno.test("Assets.serve() applies the index rule to the last segment", () =>
  serving(
    { "index.html": "main", "a/index.html": "a", "my.dir/index.html": "my" },
    async ({ get }) => {
      for (const [target, body] of [["/", "main"], ["/a", "a"], ["/a/", "a"], ["/my.dir/", "my"]]) {
        assertEquals((await get(target!)).body, body, target);
      }
      // contracts/neutralino.md 2.5: a directory with a dot in its name crashes the reference.
      assertEquals((await get("/my.dir")).status, 404);
      assertEquals((await get("/my.dir")).status, 404);
    },
  ));

Deno.test("Assets.serve() answers 404 empty, typed by extension, and logs it once", () =>
  serving({}, async ({ get, log }) => {
    for (let i = 0; i < 3; i++) {
      const { status, headers, body } = await get("/js/none.js");
      assertEquals([status, body], [404, ""]);
      assertEquals(headers.get("content-type"), "application/javascript");
    }
    const line = "ERROR NE_RS_UNBLDRE: Unable to load application resource file /js/none.js";
    assertEquals(log.lines, [line]);
  }));

Deno.test("Assets.serve() logs no error for the icon that browsers ask for by themselves", () =>
  serving({}, async ({ get, log }) => {
    assertEquals((await get("/favicon.ico")).status, 404);
    assertEquals((await get("/img/favicon.ico")).status, 404);
    const missing = "NE_RS_UNBLDRE: Unable to load application resource file";
    assertEquals(log.lines.filter((line) => line.startsWith("ERROR")), [
      `ERROR ${missing} /img/favicon.ico`,
    ]);
  }));

Deno.test("Assets.serve() keeps the log short when a client asks for many missing files", () =>
  serving({}, async ({ get, log }) => {
    await Promise.all(Array.from({ length: 400 }, (_, i) => get(`/${i}.txt`)));
    assertEquals(log.lines.length, 256);
  }));

Deno.test("Assets.serve() puts documentRoot before the path", () =>
  serving({ "www.d/index.html": "main", "www.d/a.txt": "a", "b.txt": "b" }, async ({ get }) => {
    assertEquals((await get("/")).body, "main");
    assertEquals((await get("/a.txt")).body, "a");
    assertEquals((await get("/b.txt")).status, 404);
  }, { documentRoot: "/www.d/" }));

Deno.test("Assets.serve() lets serverHeaders override everything, on 404 too", () =>
  serving({ "a.txt": "a" }, async ({ get }) => {
    for (const target of ["/a.txt", "/none.txt", "/%00"]) {
      const { headers } = await get(target);
      assertEquals(headers.get("content-type"), "text/x");
      assertEquals(headers.get("x-own"), "1");
    }
  }, { serverHeaders: { "Content-Type": "text/x", "X-Own": "1" } }));

const SPA = { "res/index.html": "main", "res/sub/index.html": "sub", "res/other.html": "other" };
for (const documentRoot of ["/res/", "/res", "res"]) {
  Deno.test(`Assets.serve() falls back to the main page of documentRoot ${documentRoot}`, () =>
    serving(SPA, async ({ get }) => {
      for (const target of ["/any/route", "/any/", "/no/index.html"]) {
        const { status, headers, body } = await get(target);
        assertEquals([status, body], [200, "main"]);
        assertEquals(headers.get("content-type"), "text/html");
      }
      assertEquals((await get("/sub")).body, "sub");
      assertEquals((await get("/any/none.js")).status, 404);
    }, { documentRoot, singlePageServe: true }));
}

for (
  const [url, body] of [
    ["/res/", "main"],
    ["/res/other.html?a=1#/b", "other"],
    ["/res/#frag", "main"],
    ["http://localhost:1/res/other.html#x", "other"],
    ["/none/#x", undefined],
    ["/../x", undefined],
  ] as const
) {
  Deno.test(`Assets.serve() falls back to the page of url ${url}`, () =>
    serving(SPA, async ({ get }) => {
      const response = await get("/any/route");
      if (body === undefined) assertEquals(response.status, 404);
      else assertEquals([response.status, response.body], [200, body]);
    }, { url, singlePageServe: true }));
}

Deno.test("Assets.serve() looks into mounts first and does not fall through", () =>
  serving(
    { "m/b.txt": "from source", "target/a.txt": "from mount", "mf.txt": "source" },
    async ({ get, mounts, folder }) => {
      await mounts.mount("/m", `${folder}/target`);
      assertEquals((await get("/m/a.txt")).body, "from mount");
      assertEquals((await get("/m/b.txt")).status, 404);
      assertEquals((await get("/mf.txt")).body, "source");
      await mounts.unmount("/m");
      assertEquals((await get("/m/b.txt")).body, "from source");
    },
  ));

Deno.test("Assets.serve() looks mounts up without documentRoot", () =>
  serving({ "res/x.txt": "x", "target/a.txt": "a" }, async ({ get, mounts, folder }) => {
    await mounts.mount("/m", `${folder}/target`);
    assertEquals((await get("/m/a.txt")).body, "a");
    assertEquals((await get("/x.txt")).body, "x");
  }, { documentRoot: "/res/" }));

// contracts/neutralino.md 2.10, a file of 10 bytes.
for (
  const [range, status, contentRange, body] of [
    ["bytes=2-4", 206, "bytes 2-4/10", "234"],
    ["bytes=2-", 206, "bytes 2-9/10", "23456789"],
    ["bytes=0-99", 206, "bytes 0-9/10", "0123456789"],
    ["bytes=5-2", 206, "bytes 5-9/10", "56789"],
    ["bytes=10-", 416, "bytes */10", ""],
    ["bytes=-3", 200, undefined, "0123456789"],
    ["bytes=0-1,3-4", 200, undefined, "0123456789"],
  ] as const
) {
  Deno.test(`Assets.serve() answers Range: ${range} with ${status}`, () =>
    serving({ "a.mp4": "0123456789" }, async ({ get, source }) => {
      const response = await get("/a.mp4", `Range: ${range}`);
      if (status === 416) assertEquals(source.openFiles.count, 0);
      assertEquals([response.status, response.body], [status, body]);
      assertEquals(response.headers.get("content-range"), contentRange);
      assertEquals(response.headers.get("accept-ranges"), contentRange && "bytes");
      assertEquals(response.headers.get("content-length"), String(body.length));
    }));
}

Deno.test("Assets.serve() answers 304 to a client whose copy is current", () =>
  serving({ "a.txt": "a" }, async ({ get, folder, source }) => {
    const { headers } = await get("/a.txt");
    const etag = headers.get("etag");
    const modified = headers.get("last-modified");
    const current = [
      `If-None-Match: ${etag}`,
      `If-None-Match: "x", W/${etag}`,
      "If-None-Match: *",
      `If-Modified-Since: ${modified}`,
    ];
    for (const condition of current) {
      const response = await get("/a.txt", condition);
      assertEquals([response.status, response.body], [304, ""], condition);
      assertEquals(response.headers.get("etag"), etag);
      assertEquals(source.openFiles.count, 0);
    }
    const outdated = [
      `If-None-Match: "x"`,
      "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT",
      "If-Modified-Since: whenever",
    ];
    for (const condition of outdated) {
      assertEquals((await get("/a.txt", condition)).status, 200, condition);
    }
    const both = await get("/a.txt", `If-None-Match: "x"`, `If-Modified-Since: ${modified}`);
    assertEquals(both.status, 200);
    await Deno.utime(`${folder}/a.txt`, 1, 1);
    assertEquals((await get("/a.txt", `If-None-Match: ${etag}`)).status, 200);
  }));

Deno.test("Assets.serve() gives a part only of the state If-Range names", () =>
  serving({ "a.mp4": "0123456789" }, async ({ get }) => {
    const { headers } = await get("/a.mp4");
    for (const value of [headers.get("etag"), headers.get("last-modified")]) {
      const response = await get("/a.mp4", "Range: bytes=1-2", `If-Range: ${value}`);
      assertEquals([response.status, response.body], [206, "12"]);
    }
    const other = await get("/a.mp4", "Range: bytes=1-2", `If-Range: "x"`);
    assertEquals([other.status, other.body], [200, "0123456789"]);
  }));

Deno.test("Assets.serve() streams large files and parts of them unharmed", () => {
  const content = new Uint8Array(1_000_000).map((_, i) => 97 + (i * 7) % 26);
  const text = new TextDecoder().decode(content);
  return serving({ "big.txt": content }, async ({ get }) => {
    assertEquals((await get("/big.txt")).body === text, true);
    const part = await get("/big.txt", "Range: bytes=99999-899999");
    assertEquals(part.body === text.slice(99_999, 900_000), true);
  });
});

Deno.test("Assets.serve() closes the file of a client that goes away mid-download", () =>
  serving({ "big.bin": new Uint8Array(64_000_000) }, async ({ port, source }) => {
    for (let i = 0; i < 5; i++) {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port });
      const request = `GET /big.bin HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`;
      await conn.write(new TextEncoder().encode(request));
      await conn.read(new Uint8Array(1000));
      assertEquals(source.openFiles.count, 1);
      conn.close();
      await source.openFiles.closed();
    }
  }));

Deno.test("Assets.serve() never serves files of the host from the app's folder", () =>
  serving({
    "neutralino.config.json": "{}",
    "neutralinojs.log": "x",
    "resources.neu": "x",
    "a.neustorage": "x",
    ".tmp/auth_info.json": "{}",
    ".storage/k.neustorage": "x",
    "conf/app.json": "{}",
    "conf/other.json": "{}",
  }, async ({ get }) => {
    const hidden = [
      "/neutralino.config.json",
      "/neutralinojs.log",
      "/resources.neu",
      "/a.neustorage",
      "/.tmp/auth_info.json",
      "/.storage/k.neustorage",
      "/%2etmp/auth_info.json",
      "//neutralino.config.json",
      "/neutralino%2econfig.json",
      "/conf/app.json",
    ];
    for (const target of hidden) assertEquals((await get(target)).status, 404, target);
    assertEquals((await get("/conf/other.json")).status, 200);
  }, { configFile: "/conf/app.json" }));

Deno.test("Assets.serve() hands library and globals to the specials", async () => {
  const seen: string[] = [];
  await serving({ "js/neutralino.js": "lib", "x/neutralino.js": "plain" }, async ({ get }) => {
    assertStringIncludes((await get("/js/neutralino.js")).body, "special /js/neutralino.js");
    assertStringIncludes((await get("/a/__neutralino_globals.js?x")).body, "globals");
    assertEquals((await get("/x/neutralino.js")).body, "plain");
  }, {
    specials({ path, kind }) {
      seen.push(kind);
      if (path.startsWith("/x/")) return undefined;
      return Promise.resolve(new Response(`special ${path} ${kind}`));
    },
  });
  assertEquals(seen, ["library", "globals", "library"]);
});

Deno.test("Assets.open() gives the library's file and type to whoever builds its body", async () => {
  await serving({ "js/neutralino.js": "lib" }, async ({ source, mounts, log }) => {
    const assets = new Assets({ source, mounts, log });
    const asset = await assets.open({ path: "/js/neutralino.js", kind: "library" });
    assertEquals(asset?.type, "application/javascript");
    assertEquals(new TextDecoder().decode(await asset?.file.bytes()), "lib");
    assertEquals(await assets.open({ path: "/neutralino.js", kind: "library" }), undefined);
  });
});
