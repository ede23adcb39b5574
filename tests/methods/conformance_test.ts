/**
 * A row a case: what each native method answers, through a real WebSocket
 * (contracts: Neutralino 6).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { CallError, startTestHost, type TestClient, type TestHost } from "../../lib/testing.ts";

type Expected =
  /** The value that the client library resolves with. */
  | { gives: unknown }
  /** A condition on that value. */
  | { satisfies: (value: never) => boolean }
  /** A wire error, by code and message. */
  | { fails: string; message?: string };

type Row = [method: string, data: unknown, expected: Expected];

const SUCCESS = { gives: { success: true } };
const WRONG_TYPE = {
  fails: "NE_RT_NATRTER",
  message: "Native method execution error occurred. Required parameter is missing: ",
};
const missing = (name: string) => ({ ...WRONG_TYPE, message: WRONG_TYPE.message + name });
const told = (message: string) => ({ gives: { success: true, message } });

const INVALID_KEY = {
  fails: "NE_ST_INVSTKY",
  message: "Invalid storage key format. The key should match regex: ^[a-zA-Z-_0-9]{1,50}$",
};

function rows(app: TestHost): Row[] {
  const { folder } = app;
  return [
    ["app.getProcessId", undefined, { gives: Deno.pid }],
    ["app.getProcessId", { extra: 1 }, { gives: Deno.pid }],
    ["app.getConfig", {}, {
      satisfies: (
        config: { port: number; applicationId: string; modes: { cloud: { port: number } } },
      ) =>
        config.port === app.host.port && config.modes.cloud.port === app.host.port &&
        config.applicationId === "js.outrigger.test",
    }],
    ["app.broadcast", { event: "e" }, SUCCESS],
    ["app.broadcast", { event: "e", data: null }, SUCCESS],
    ["app.broadcast", {}, missing("event")],
    ["app.broadcast", "text", missing("event")],
    ["app.broadcast", { event: ["e"] }, WRONG_TYPE],
    ["app.exit", { code: "1" }, WRONG_TYPE],
    ["app.exit", { code: 1.5 }, WRONG_TYPE],
    ["app.writeProcessOutput", { data: "out" }, told("Wrote data to stdout")],
    ["app.writeProcessOutput", {}, missing("data")],
    ["app.writeProcessOutput", { data: 1 }, WRONG_TYPE],
    ["app.writeProcessError", { data: "err" }, told("Wrote data to stderr")],
    ["app.writeProcessError", { data: null }, missing("data")],
    ["app.readProcessInput", { readAll: "yes" }, WRONG_TYPE],

    ["computer.getArch", {}, { satisfies: (arch: string) => ["x64", "arm"].includes(arch) }],
    ["computer.getHostname", {}, { gives: Deno.hostname() }],
    ["computer.getKernelInfo", {}, {
      satisfies: ({ variant, version }: { variant: string; version: string }) =>
        ["Linux", "Darwin", "Windows NT"].includes(variant) && /^\d+\.\d+\.\d+-\d+$/.test(version),
    }],
    ["computer.getOSInfo", {}, {
      satisfies: (info: { name: string; description: string; version: string }) =>
        info.name !== "" && info.description.includes(info.name.split(" ")[0]!) &&
        /^\d+\.\d+\.\d+-\d+$/.test(info.version),
    }],
    ["computer.getMemoryInfo", {}, {
      satisfies: (
        { physical, virtual }: Record<"physical" | "virtual", { total: number; available: number }>,
      ) =>
        physical.total > 2 ** 26 && physical.available > 0 &&
        physical.available < physical.total && virtual.total > 0,
    }],

    ["custom.getMethods", {}, { gives: [] }],
    ["debug.log", { message: "hello" }, told("Wrote to the log file: neutralino.log")],
    [
      "debug.log",
      { message: "hello", type: "WARNING" },
      told("Wrote to the log file: neutralino.log"),
    ],
    ["debug.log", { message: "hello", type: "NO" }, told("Wrote to the log file: neutralino.log")],
    ["debug.log", {}, missing("message")],
    ["debug.log", { message: {} }, WRONG_TYPE],
    ["debug.log", { message: "x", type: 1 }, WRONG_TYPE],

    ["events.broadcast", { event: "e", data: [1] }, SUCCESS],
    ["events.broadcast", { data: 1 }, missing("event")],
    ["events.broadcast", { event: 1 }, WRONG_TYPE],
    ["extensions.broadcast", { event: "e" }, SUCCESS],
    ["extensions.broadcast", null, missing("event")],
    ["extensions.broadcast", { event: {} }, WRONG_TYPE],
    ["extensions.getStats", {}, { gives: { loaded: ["z.ext", "a.ext"], connected: [] } }],
    ["extensions.dispatch", { extensionId: "z.ext" }, missing("event")],
    ["extensions.dispatch", {}, missing("extensionId")],
    ["extensions.dispatch", { extensionId: 1, event: "e" }, WRONG_TYPE],
    ["extensions.dispatch", { extensionId: "z.ext", event: "e" }, {
      fails: "NE_EX_EXTNOTC",
      message: "z.ext is not connected yet",
    }],
    ["extensions.dispatch", { extensionId: "$&", event: "e" }, {
      fails: "NE_EX_EXTNOTC",
      message: "$& is not connected yet",
    }],
    ["extensions.dispatch", { extensionId: "no", event: "e", queue: true }, {
      fails: "NE_EX_EXTNOTC",
    }],
    ["extensions.dispatch", { extensionId: "z.ext", event: "e", queue: "yes" }, WRONG_TYPE],
    ["extensions.dispatch", { extensionId: "z.ext", event: "e", queue: true }, SUCCESS],

    ["storage.getKeys", {}, {
      fails: "NE_ST_NOSTDIR",
      message: `Unable to read storage directory: ${folder}/.storage`,
    }],
    ["storage.setData", { key: "a-b_C9", data: "ü\u0000\n" }, SUCCESS],
    ["storage.getData", { key: "a-b_C9" }, { gives: "ü\u0000\n" }],
    ["storage.setData", { key: "empty", data: "" }, SUCCESS],
    ["storage.getData", { key: "empty" }, { gives: "" }],
    ["storage.getKeys", {}, { gives: ["a-b_C9", "empty"] }],
    ["storage.setData", { key: "empty" }, told("Storage key empty was removed")],
    ["storage.setData", { key: "empty", data: null }, {
      fails: "NE_ST_STKEYRE",
      message: "Unable to remove storage key: empty",
    }],
    ["storage.setData", { key: "a", data: 1 }, WRONG_TYPE],
    ["storage.setData", { data: "x" }, missing("key")],
    ["storage.setData", { key: 1, data: "x" }, WRONG_TYPE],
    ["storage.setData", { key: "", data: "x" }, INVALID_KEY],
    ["storage.setData", { key: "../x", data: "x" }, INVALID_KEY],
    ["storage.setData", { key: "x\n", data: "x" }, INVALID_KEY],
    ["storage.setData", { key: "x".repeat(51), data: "x" }, INVALID_KEY],
    ["storage.setData", { key: "x".repeat(50), data: "x" }, SUCCESS],
    ["storage.getData", { key: "none" }, {
      fails: "NE_ST_NOSTKEX",
      message: "Unable to find storage key: none",
    }],
    ["storage.getData", { key: "ü" }, INVALID_KEY],
    ["storage.getData", {}, missing("key")],
    ["storage.getData", { key: "__proto__" }, { fails: "NE_ST_NOSTKEX" }],
    [
      "storage.removeData",
      { key: "x".repeat(50) },
      told(`Storage key ${"x".repeat(50)} was removed`),
    ],
    ["storage.removeData", { key: "none" }, {
      fails: "NE_ST_STKEYRE",
      message: "Unable to remove storage key: none",
    }],
    ["storage.removeData", { key: "." }, INVALID_KEY],
    ["storage.removeData", {}, missing("key")],
    ["storage.clear", {}, told("Storage was cleared")],
    ["storage.clear", {}, told("Storage was cleared")],
    ["storage.getKeys", {}, { fails: "NE_ST_NOSTDIR" }],

    ["server.getMounts", {}, { gives: {} }],
    [
      "server.mount",
      { path: "/m", target: `${folder}/resources` },
      told(`/m mounts to ${folder}/resources`),
    ],
    ["server.getMounts", {}, { gives: { "/m": `${folder}/resources` } }],
    ["server.mount", { path: "/m/", target: `${folder}/resources` }, {
      fails: "NE_SR_MPINUSE",
      message: `Mount path is already in use: ${folder}/resources`,
    }],
    ["server.mount", { path: "/n", target: `${folder}/none` }, {
      fails: "NE_FS_NOPATHE",
      message: `Unable to open path ${folder}/none`,
    }],
    ["server.mount", { path: "/n", target: `${folder}/resources/a.txt` }, {
      fails: "NE_FS_NOTADIR",
      message: `Path ${folder}/resources/a.txt is not a directory`,
    }],
    ["server.mount", { target: folder }, missing("path")],
    ["server.mount", { path: "/n" }, missing("target")],
    ["server.mount", { path: 1, target: folder }, WRONG_TYPE],
    ["server.unmount", { path: "/m" }, told("/m unmounted")],
    ["server.unmount", { path: "/m" }, {
      fails: "NE_SR_NOMTPTH",
      message: "Cannot unmount /m, the path that was not mounted",
    }],
    ["server.unmount", {}, WRONG_TYPE],
    ["server.unmount", { path: [] }, WRONG_TYPE],

    ["resources.getFiles", {}, {
      gives: [
        "/neutralino.config.json",
        "/resources",
        "/resources/a.txt",
        "/resources/sub",
        "/resources/sub/b.bin",
      ],
    }],
    ["resources.getStats", { path: "/resources/a.txt" }, {
      gives: { size: 6, isFile: true, isDirectory: false },
    }],
    ["resources.getStats", { path: "resources/sub" }, {
      satisfies: (stats: { isFile: boolean; isDirectory: boolean }) =>
        stats.isDirectory && !stats.isFile,
    }],
    ["resources.getStats", { path: "/none" }, {
      fails: "NE_FS_NOPATHE",
      message: `Unable to open path ${folder}/none`,
    }],
    ["resources.getStats", {}, missing("path")],
    ["resources.readFile", { path: "/resources/a.txt" }, { gives: "grüß" }],
    ["resources.readFile", { path: "/../secret" }, { fails: "NE_FS_FILRDER" }],
    ["resources.readFile", { path: "/none" }, {
      fails: "NE_FS_FILRDER",
      message: `Unable to open file: ${folder}/none`,
    }],
    ["resources.readFile", { path: 1 }, WRONG_TYPE],
    ["resources.readBinaryFile", { path: "/resources/sub/b.bin" }, { gives: "AP/+" }],
    ["resources.readBinaryFile", { path: "/none" }, { fails: "NE_FS_FILRDER" }],
    ["resources.readBinaryFile", {}, missing("path")],
    [
      "resources.extractFile",
      { path: "/resources/a.txt", destination: `${folder}/x/y/a.txt` },
      SUCCESS,
    ],
    ["resources.extractFile", { path: "/none", destination: `${folder}/x/n` }, {
      fails: "NE_RS_FILEXTF",
      message: `Unable to extract the requested file to ${folder}/x/n`,
    }],
    ["resources.extractFile", { path: "/resources/a.txt" }, missing("destination")],
    ["resources.extractDirectory", { path: "/resources", destination: `${folder}/d` }, SUCCESS],
    ["resources.extractDirectory", { path: "/none", destination: `${folder}/n` }, {
      fails: "NE_RS_DIREXTF",
      message: `Unable to extract the requested directory to ${folder}/n`,
    }],
    ["resources.extractDirectory", {}, missing("path")],

    ["window.getTitle", {}, told("Discarded. window.getTitle works within the window mode only")],
    ["window.create", {}, { fails: "NE_RT_NATNTIM" }],
    ["clipboard.readText", {}, { fails: "NE_RT_NATNTIM" }],
    ["nothing", {}, {
      fails: "NE_RT_NATNTIM",
      message: "nothing is not implemented in the Neutralinojs server",
    }],
  ];
}

const FILES = {
  "resources/a.txt": "grüß",
  "resources/sub/b.bin": new Uint8Array([0, 255, 254]),
};

async function outcome(client: TestClient, method: string, data: unknown): Promise<Expected> {
  try {
    return { gives: await client.call(method, data) };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const message = error.message.slice(`${method}: ${error.code}: `.length);
    return { fails: error.code, message };
  }
}

Deno.test("every method answers as its row says", async () => {
  await using app = await startTestHost({
    config: {
      extensions: [{ id: "z.ext" }, { id: "a.ext" }],
      cli: { resourcesPath: "/resources/" },
    },
    files: FILES,
  });
  const page = await app.connectPage();
  const covered = new Set<string>();
  for (const [method, data, expected] of rows(app)) {
    const row = `${method} ${JSON.stringify(data)}`;
    const got = await outcome(page, method, data);
    covered.add(method);
    if ("satisfies" in expected) {
      assert(
        "gives" in got && expected.satisfies(got.gives as never),
        `${row}: ${JSON.stringify(got)}`,
      );
    } else if ("fails" in expected && expected.message === undefined) {
      assert("fails" in got, row);
      assertEquals(got.fails, expected.fails, row);
    } else {
      assertEquals(got, expected, row);
    }
  }
  const { files } = { files: [`${app.folder}/x/y/a.txt`, `${app.folder}/d/a.txt`] };
  for (const file of files) assertEquals(await Deno.readTextFile(file), "grüß");
  assertEquals(await Deno.readFile(`${app.folder}/d/sub/b.bin`), FILES["resources/sub/b.bin"]);
});

Deno.test("app.exit and app.killProcess stop the host with their codes", async () => {
  const codes: [method: string, data: unknown, code: number][] = [
    ["app.exit", {}, 0],
    ["app.exit", { code: 7 }, 7],
    ["app.killProcess", {}, Deno.build.os === "windows" ? 137 : 130],
  ];
  for (const [method, data, code] of codes) {
    await using app = await startTestHost();
    const page = await app.connectPage();
    void page.call(method, data).catch(() => {});
    assertEquals(await app.host.stopped, code, method);
    assertEquals((await page.closed).code, 1001);
  }
});
