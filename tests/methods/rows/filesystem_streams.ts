import { assertEquals } from "@std/assert";
import type { TestClient } from "../../../lib/testing.ts";
import { missing, type Row, type Table, WRONG_TYPE } from "../conformance.ts";

const cannotOpen = (path: string) => ({
  fails: "NE_FS_FILOPER",
  message: `Unable to open file: ${path}`,
});
const cannotUpdate = (id: number) => ({
  fails: "NE_FS_UNLTOUP",
  message: `Unable to update opened file id: ${id}`,
});
const notOpen = (id: number) => ({
  fails: "NE_FS_UNLTFOP",
  message: `Unable to find opened file id: ${id}`,
});
const cannotWatch = (path: string) => ({
  fails: "NE_FS_UNLCWAT",
  message: `Unable to create watcher for path: ${path}`,
});
const notWatched = (id: number) => ({
  fails: "NE_FS_NOWATID",
  message: `Unable to find watcher: ${id}`,
});

export const filesystemStreams: Table = {
  name: "filesystem streams and watchers",
  methods: [
    "filesystem.openFile",
    "filesystem.updateOpenedFile",
    "filesystem.getOpenedFileInfo",
    "filesystem.createWatcher",
    "filesystem.removeWatcher",
    "filesystem.getWatchers",
  ],
  options: {
    files: { "日本 ü.txt": "0123456789", "empty": "", "sub/a": "", "müll/a": "" },
  },
  rows: ({ folder }, page) => [...streams(folder, page), ...watchers(folder)],
};

function streams(folder: string, page: TestClient): Row[] {
  const file = `${folder}/日本 ü.txt`;
  const updated = (data: unknown, ...outputs: unknown[]): Row => [
    "filesystem.updateOpenedFile",
    data,
    {
      satisfies(answer: unknown) {
        assertEquals(answer, { success: true });
        const events = page.events.filter(({ event }) => event === "openedFile");
        page.events.length = 0;
        // They were here before the answer.
        assertEquals(events.map(({ data }) => data), outputs, JSON.stringify(data));
        return true;
      },
    },
  ];
  const data = (data: string, id = 0) => ({ id, action: "data", data });
  const bytes = (data: string, id = 0) => ({ id, action: "dataBinary", data });
  const end = (id = 0) => ({ id, action: "end", data: null });
  const at = (eof: boolean, pos: number, lastRead: number, id = 0): Row => [
    "filesystem.getOpenedFileInfo",
    { id },
    { gives: { id, eof, pos, lastRead } },
  ];
  const update = "filesystem.updateOpenedFile";
  return [
    ["filesystem.getOpenedFileInfo", { id: 0 }, notOpen(0)],
    [update, { id: 0, event: "read" }, cannotUpdate(0)],
    ["filesystem.openFile", { path: file }, { gives: 0 }],
    at(false, 0, 0),
    updated({ id: 0, event: "read", data: 4 }, data("0123")),
    at(false, 4, 4),
    updated({ id: 0, event: "readAll", data: 4 }, data("4567"), data("89"), end()),
    at(true, -1, 2),
    updated({ id: 0, event: "read" }, end()),
    at(true, -1, 0),
    updated({ id: 0, event: "seek" }),
    at(false, 0, 0),
    updated({ id: 0, event: "readBinary", data: 3.9 }, bytes("MDEy")),
    updated({ id: 0, event: "readAllBinary", data: null }, bytes("MzQ1Njc4OQ=="), end()),
    updated({ id: 0, event: "seek", data: 8 }),
    // What is no size counts as none given.
    updated({ id: 0, event: "read", data: 0 }, data("89"), end()),
    updated({ id: 0, event: "seek", data: 8 }),
    updated({ id: 0, event: "read", data: -5 }, data("89"), end()),
    updated({ id: 0, event: "seek", data: 8 }),
    updated({ id: 0, event: "read", data: 1e300 }, data("89"), end()),
    updated({ id: 0, event: "seek", data: 100 }),
    at(false, 100, 2),
    updated({ id: 0, event: "read" }, end()),
    [update, { id: 0, event: "seek", data: -1 }, cannotUpdate(0)],
    [update, { id: 0, event: "seek", data: 1e300 }, cannotUpdate(0)],
    [update, { id: 0, event: "rewind" }, cannotUpdate(0)],
    [update, { id: 0, event: "constructor" }, cannotUpdate(0)],
    [update, { id: 0.9, event: "" }, cannotUpdate(0)],
    [update, { id: 1e300, event: "read" }, cannotUpdate(1e300)],
    [update, { id: "0", event: "read" }, WRONG_TYPE],
    [update, { id: 0, event: "read", data: "4" }, WRONG_TYPE],
    [update, { event: "read" }, missing("id")],
    // Fix: the reference gives the number of open streams as the next id, be it taken or not.
    ["filesystem.openFile", { path: `${folder}/empty` }, { gives: 1 }],
    updated({ id: 0, event: "close" }),
    ["filesystem.openFile", { path: file }, { gives: 2 }],
    updated({ id: 1, event: "readAll" }, end(1)),
    at(true, -1, 0, 1),
    updated({ id: 2, event: "read", data: 1 }, data("0", 2)),
    [update, { id: 0, event: "close" }, cannotUpdate(0)],
    ["filesystem.getOpenedFileInfo", { id: 0 }, notOpen(0)],
    ["filesystem.getOpenedFileInfo", { id: -1 }, notOpen(-1)],
    ["filesystem.openFile", { path: `${folder}/none` }, cannotOpen(`${folder}/none`)],
    ["filesystem.openFile", { path: folder }, cannotOpen(folder)],
    ["filesystem.openFile", { path: "" }, cannotOpen("")],
    ["filesystem.openFile", { path: "$&" }, cannotOpen("$&")],
  ];
}

function watchers(folder: string): Row[] {
  return [
    ["filesystem.getWatchers", undefined, { gives: [] }],
    ["filesystem.createWatcher", { path: `${folder}/none` }, cannotWatch(`${folder}/none`)],
    ["filesystem.createWatcher", { path: `${folder}/empty` }, cannotWatch(`${folder}/empty`)],
    ["filesystem.createWatcher", { path: "" }, cannotWatch("")],
    ["filesystem.createWatcher", { path: "nul\u0000l" }, cannotWatch("nul\u0000l")],
    // Fix: failed attempts leave entries in the reference.
    ["filesystem.getWatchers", {}, { gives: [] }],
    ["filesystem.createWatcher", { path: `${folder}/sub` }, { gives: 1 }],
    ["filesystem.createWatcher", { path: `${folder}/sub` }, { gives: 1 }],
    // Fix: it counts as a duplicate there, and fails.
    ["filesystem.createWatcher", { path: `${folder}/sub/` }, { gives: 1 }],
    ["filesystem.createWatcher", { path: `${folder}/sub//` }, { gives: 1 }],
    ["filesystem.createWatcher", { path: `${folder}/müll` }, { gives: 2 }],
    ["filesystem.getWatchers", {}, {
      gives: [{ id: 1, path: `${folder}/sub` }, { id: 2, path: `${folder}/müll` }],
    }],
    ["filesystem.removeWatcher", { id: 3 }, notWatched(3)],
    ["filesystem.removeWatcher", { id: -1 }, notWatched(-1)],
    ["filesystem.removeWatcher", { id: "1" }, WRONG_TYPE],
    ["filesystem.removeWatcher", { id: 1 }, { gives: 1 }],
    ["filesystem.removeWatcher", { id: 1 }, notWatched(1)],
    ["filesystem.getWatchers", {}, { gives: [{ id: 2, path: `${folder}/müll` }] }],
    ["filesystem.createWatcher", { path: `${folder}/sub` }, { gives: 3 }],
    ["filesystem.removeWatcher", { id: 2.5 }, { gives: 2 }],
    ["filesystem.removeWatcher", { id: 3 }, { gives: 3 }],
    ["filesystem.getWatchers", null, { gives: [] }],
  ];
}
