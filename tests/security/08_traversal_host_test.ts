/** Row 8 for a whole host with an app in a plain folder: nothing of the host's own, nothing outside. */

import { assert, assertEquals } from "@std/assert";
import { dirname } from "@std/path";
import { startHost } from "../../lib/host.ts";
import { TestClient } from "../../lib/testing.ts";
import { query } from "../neutralino/wire.ts";
import { askAll, hostilePaths, SECRET } from "./hostile_paths.ts";

const PUBLIC = new Set(["index", "a", "sub index", "b", "mounted", "mounted index", "known"]);

/** The app and what lies around it; what the host itself writes comes on top. */
const FILES = new Map(Object.entries({
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
  "app/.git/index.html": SECRET,
  "app/sub/.env.txt": SECRET,
  "app/resources.neu": SECRET,
  "mounted/index.html": "mounted index",
  "mounted/c.txt": "mounted",
  "mounted/.hidden.txt": SECRET,
  "mountedx/c.txt": SECRET,
}));

const LINKS = new Map(Object.entries({
  "app/link.txt": "../secret.txt",
  "app/link": "..",
  "app/sub/up.dir": "../..",
  "app/tmp.txt": ".tmp/auth_info.json",
  "mounted/link.txt": "../secret.txt",
  "mounted/link": "..",
}));

async function makeFolder(config: Record<string, unknown>): Promise<string> {
  const outer = await Deno.realPath(await Deno.makeTempDir());
  const text = JSON.stringify({
    defaultMode: "browser",
    enableServer: true,
    enableNativeAPI: true,
    exportAuthInfo: true,
    applicationId: SECRET,
    ...config,
  });
  for (const [path, content] of [...FILES, ["app/neutralino.config.json", text] as const]) {
    const full = `${outer}/${path}`;
    await Deno.mkdir(dirname(full), { recursive: true });
    await Deno.writeTextFile(full, content);
  }
  for (const [path, target] of LINKS) await Deno.symlink(target, `${outer}/${path}`);
  return outer;
}

for (
  const [why, config] of [
    ["as it is", {}],
    ["as a single-page app", { singlePageServe: true }],
  ] as const
) {
  Deno.test({
    name: `10,000 hostile paths get no secret out of a host, ${why}`,
    // Links need rights there that tests do not have.
    ignore: Deno.build.os === "windows",
    async fn() {
      const outer = await makeFolder(config);
      try {
        await using host = await startHost({ args: [`--path=${outer}/app`], show: false });
        const token = host.tokens.page;
        const page = await TestClient.open(`ws://127.0.0.1:${host.port}/${query(token)}`, token);
        await page.call("server.mount", { path: "/m", target: `${outer}/mounted` });
        await page.call("storage.setData", { key: "key", data: SECRET });
        await page.call("debug.log", { message: SECRET });
        // Below the app: hidden folder, config and log of the host that is running.
        const own = ["/.storage/key.neustorage", "/neutralinojs.log", "/.tmp/auth_info.json"];
        for (const path of own) await Deno.stat(`${outer}/app${path}`);

        const extra = [
          ...own,
          "/tmp.txt",
          "/%2etmp/auth_info.json",
          "/.storage",
          "/sub/../neutralinojs.log",
          "/NEUTRALINOJS.LOG",
          "/neutralinojs.log?x",
          "/neutralinojs.log/",
          "//neutralinojs.log",
          "/sub//..//neutralinojs.log",
          "/m/../.tmp/auth_info.json",
          `/${outer}/secret.txt`,
        ];
        const paths = [...extra, ...hostilePaths(10_000, outer)];
        const share = (part: number) => paths.filter((_, i) => i % 8 === part);
        const parts = await Promise.all(
          Array.from({ length: 8 }, (_, part) => askAll(host.port, share(part), PUBLIC)),
        );
        const statuses = new Map(parts.flatMap((part) => [...part]));
        for (const [path, status] of statuses) {
          assert([200, 400, 404].includes(status), `${path}: ${status}`);
        }
        for (const path of ["/a.txt", "/sub", "/m/c.txt", "/.well-known/known.json"]) {
          assertEquals(statuses.get(path), 200, path);
        }
        for (const path of [...own, "/tmp.txt", "/link.txt", "/m/link.txt", "/link/secret.txt"]) {
          assertEquals(statuses.get(path), 404, path);
        }
        assertEquals(await page.call("app.getProcessId"), Deno.pid);
        await page.close();
      } finally {
        await Deno.remove(outer, { recursive: true });
      }
    },
  });
}
