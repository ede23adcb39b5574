/** Row 8: of 10,000 hostile paths none gets a byte from outside the folder or of a hidden file. */

import { assert, assertEquals } from "@std/assert";
import { Assets } from "../../lib/server/assets.ts";
import { MountTable } from "../../lib/server/mounts.ts";
import { FolderSource } from "../server/folder_source.ts";
import { RawConnection } from "../server/raw_http.ts";
import { MemoryLog, startServer } from "../server/running_server.ts";

const SECRET = "SECRET";

/** Everything that may ever be the body of a 200. */
const PUBLIC = new Set(["index", "a", "sub index", "b", "mounted", "mounted index", "known"]);

/** An app's folder with secrets around and inside. */
const FILES: Record<string, string> = {
  "secret.txt": SECRET,
  "index.html": SECRET,
  "etc/passwd": SECRET,
  "application/a.txt": SECRET,
  "app/index.html": "index",
  "app/a.txt": "a",
  "app/sub/index.html": "sub index",
  "app/sub/b.txt": "b",
  "app/.well-known/known.json": "known",
  "app/.hidden": SECRET,
  "app/.hidden.txt": SECRET,
  "app/.tmp/auth_info.json": SECRET,
  "app/.storage/key.neustorage": SECRET,
  "app/.git/index.html": SECRET,
  "app/sub/.env.txt": SECRET,
  "app/neutralino.config.json": SECRET,
  "app/neutralinojs.log": SECRET,
  "app/resources.neu": SECRET,
  "mounted/index.html": "mounted index",
  "mounted/c.txt": "mounted",
  "mounted/.hidden.txt": SECRET,
  "mountedx/c.txt": SECRET,
};

const LINKS: Record<string, string> = {
  "app/link.txt": "../secret.txt",
  "app/link": "..",
  "app/sub/up.dir": "../..",
  "mounted/link.txt": "../secret.txt",
  "mounted/link": "..",
};

const UP = [
  "..",
  "%2e%2e",
  "%2E%2E",
  ".%2e",
  "%2e.",
  "%252e%252e",
  "%25252e%25252e",
  "..%00",
  "%00..",
  "...",
  "....",
  "..;",
  "%c0%ae%c0%ae",
  "%e0%80%ae%e0%80%ae",
  "%u002e%u002e",
  "%ef%bc%8e%ef%bc%8e",
  "..%20",
  "..%09",
  "~",
  ".",
  "%2e",
  "",
];
const SEPARATORS = [
  "/",
  "//",
  "///",
  "/./",
  "%2f",
  "%2F",
  "%252f",
  "\\",
  "%5c",
  "%5C",
  "%255c",
  "/\\",
  "\\/",
  "%c0%af",
  "%ef%bc%8f",
  "%00/",
  "?/",
  "#/",
  "%3f/",
  "%23/",
];
const NAMES = [
  "secret.txt",
  "index.html",
  "etc/passwd",
  "a.txt",
  "sub",
  "sub/b.txt",
  "link.txt",
  "link",
  "link/secret.txt",
  "sub/up.dir/secret.txt",
  ".hidden",
  "%2ehidden",
  ".hidden.txt",
  ".tmp/auth_info.json",
  ".tmp",
  ".storage/key.neustorage",
  ".git",
  "sub/.env.txt",
  ".well-known/known.json",
  "neutralino.config.json",
  "NEUTRALINO.config.json",
  "neutralino%2econfig.json",
  "neutralinojs.log",
  "resources.neu",
  "m",
  "m/c.txt",
  "m/link.txt",
  "m/link/secret.txt",
  "m/.hidden.txt",
  "mx/c.txt",
  "mounted/c.txt",
  "app",
  "app/.hidden.txt",
  "application/a.txt",
  "C:",
  "c%3a",
  "C|",
  "file:",
];

/** Numbers that are the same in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    // Xorshift, 32 bits.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Every name, every single climb to a secret, then random ones; absolute paths among them. */
function corpus(count: number, outer: string): string[] {
  const next = generator(0x0badcafe);
  const pick = (list: readonly string[]) => list[next(list.length)]!;
  const names = [...NAMES, `${outer}/secret.txt`, outer.slice(1) + "/secret.txt"];
  const paths = new Set<string>();
  for (const name of names) paths.add(`/${name}`);
  for (const up of UP) {
    for (const separator of SEPARATORS) {
      for (const name of ["secret.txt", ".hidden.txt", "neutralino.config.json"]) {
        paths.add(`/${up}${separator}${name}`);
        paths.add(`/m/${up}${separator}${name}`);
      }
    }
  }
  while (paths.size < count) {
    let path = "/";
    if (next(3) === 0) path += pick(["m", "sub", "link", ".tmp", "x", "m/link"]) + pick(SEPARATORS);
    for (let i = next(5); i >= 0; i--) path += pick(UP) + pick(SEPARATORS);
    path += pick(names);
    if (next(4) === 0) {
      path += pick(["/", "?", "#", "%00", "%00.html", ".", "%20", "::$DATA", "/."]);
    }
    paths.add(path);
  }
  return [...paths].slice(0, count);
}

async function makeFolder(): Promise<string> {
  const outer = await Deno.realPath(await Deno.makeTempDir());
  for (const [path, content] of Object.entries(FILES)) {
    const full = `${outer}/${path}`;
    await Deno.mkdir(full.slice(0, full.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(full, content);
  }
  for (const [path, target] of Object.entries(LINKS)) {
    await Deno.symlink(target, `${outer}/${path}`);
  }
  return outer;
}

/** Asks for all paths over one connection; opens another where the server closes it. */
async function askAll(port: number, paths: readonly string[]): Promise<Map<string, number>> {
  const statuses = new Map<string, number>();
  let connection = await RawConnection.connect(port);
  try {
    for (const path of paths) {
      const { status, body, headers } = await connection.request(
        `GET ${path} HTTP/1.1`,
        `Host: localhost:${port}`,
      );
      statuses.set(path, status);
      assert(!body.includes(SECRET), `${path} gave a secret away`);
      if (status === 200) assert(PUBLIC.has(body), `${path} gave ${body}`);
      else assertEquals(body, "", path);
      if (headers.get("connection") !== "close") continue;
      connection[Symbol.dispose]();
      connection = await RawConnection.connect(port);
    }
  } finally {
    connection[Symbol.dispose]();
  }
  return statuses;
}

for (const singlePageServe of [false, true]) {
  Deno.test(`10,000 hostile paths give no secret away (singlePageServe ${singlePageServe})`, async () => {
    const outer = await makeFolder();
    try {
      await using source = new FolderSource(`${outer}/app`);
      await using mounts = new MountTable((root) => new FolderSource(root));
      await mounts.mount("/m", `${outer}/mounted`);
      const log = new MemoryLog();
      const assets = new Assets({ source, mounts, log, singlePageServe });
      const handler = (request: Request) => assets.serve(request);
      await using server = await startServer([{ prefix: "/", handler }]);

      const paths = corpus(10_000, outer);
      assertEquals(paths.length, 10_000);
      const share = (part: number) => paths.filter((_, i) => i % 8 === part);
      const parts = await Promise.all(
        Array.from({ length: 8 }, (_, part) => askAll(server.port, share(part))),
      );
      const statuses = new Map(parts.flatMap((part) => [...part]));
      assertEquals(statuses.size, 10_000);
      for (const [path, status] of statuses) {
        assert([200, 400, 404].includes(status), `${path}: ${status}`);
      }
      // The corpus would prove nothing if everything were refused.
      for (const path of ["/a.txt", "/sub", "/m/c.txt", "/.well-known/known.json"]) {
        assertEquals(statuses.get(path), 200, path);
      }
      for (const path of ["/link.txt", "/m/link.txt", "/.hidden.txt", "/../secret.txt"]) {
        assertEquals(statuses.get(path), 404, path);
      }
      assert(log.lines.length <= 256);
    } finally {
      await Deno.remove(outer, { recursive: true });
    }
  });
}
