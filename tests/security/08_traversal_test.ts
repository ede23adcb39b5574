/** Row 8: of 10,000 hostile paths none gets a byte from outside the folder or of a hidden file. */

import { assert, assertEquals } from "@std/assert";
import { Assets } from "../../lib/server/assets.ts";
import { MountTable } from "../../lib/server/mounts.ts";
import { FolderSource } from "../server/folder_source.ts";
import { MemoryLog, startServer } from "../server/running_server.ts";
import { askAll, hostilePaths, SECRET } from "./hostile_paths.ts";

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

      const paths = hostilePaths(10_000, outer);
      assertEquals(paths.length, 10_000);
      const share = (part: number) => paths.filter((_, i) => i % 8 === part);
      const parts = await Promise.all(
        Array.from({ length: 8 }, (_, part) => askAll(server.port, share(part), PUBLIC)),
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
