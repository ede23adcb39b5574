/**
 * `filesystem.*`: files and folders (contracts: Neutralino 6.5 to 6.8, 10.4).
 *
 * Calls of one connection that touch the same files keep their order.
 *
 * @module
 */

import { type ErrorCode, HostError } from "../errors.ts";
import type { FileContent } from "../filesystem/read_file.ts";
import type { WholeFiles } from "../filesystem/whole_files.ts";
import {
  bytesOfBase64,
  jsonOfBase64,
  jsonOfList,
  jsonOfUtf8,
  type JsonText,
} from "../router/json_text.ts";
import {
  done,
  type Method,
  type MethodTable,
  type Result,
  returned,
  told,
} from "../router/method.ts";
import type { Params } from "../router/params.ts";
import { attempt, copies, madeOnce, moves, reads, writes } from "./file_calls.ts";
import { pathEntries, permissionEntries } from "./filesystem_paths.ts";
import { streamEntries, type StreamHost } from "./filesystem_streams.ts";

// Loaded when they are first needed: a start is quicker without them.
const copying = () => import("../filesystem/copy.ts");
const listing = () => import("../filesystem/list_folder.ts");
const makeRemove = () => import("../filesystem/make_remove.ts");
const stats = () => import("../filesystem/stats.ts");

/** Made when first needed. */
type Files = () => Promise<WholeFiles>;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** The table of `filesystem.*`. */
export function filesystemMethods(host: StreamHost): MethodTable {
  const files: Files = madeOnce(async () => {
    const { WholeFiles } = await import("../filesystem/whole_files.ts");
    return new WholeFiles();
  });
  return new Map<string, Method>([
    ...wholeFileEntries(files),
    ...folderEntries(files),
    ...pathEntries(),
    ...permissionEntries(),
    ...streamEntries(host),
    ...retiredEntries(files),
  ]);
}

/** Section 6.5. */
function wholeFileEntries(files: Files): [string, Method][] {
  return [
    ["filesystem.writeFile", writer(files, { binary: false, append: false })],
    ["filesystem.appendFile", writer(files, { binary: false, append: true })],
    ["filesystem.writeBinaryFile", writer(files, { binary: true, append: false })],
    ["filesystem.appendBinaryFile", writer(files, { binary: true, append: true })],
    [
      "filesystem.readFile",
      reader(
        files,
        (content) => content instanceof Uint8Array ? utf8.decode(content) : jsonOfUtf8(content),
      ),
    ],
    [
      "filesystem.readBinaryFile",
      reader(
        files,
        (content) => content instanceof Uint8Array ? content.toBase64() : jsonOfBase64(content),
      ),
    ],
    ["filesystem.createDirectory", {
      required: ["path"],
      lane: writes,
      async run(params) {
        const path = params.string("path");
        const isNew = await (await makeRemove()).makeFolder(path);
        if (!isNew) throw new HostError("NE_FS_DIRCRER", path);
        return told(`Directory ${path} was created`);
      },
    }],
    [
      "filesystem.remove",
      relocating(files, {
        required: ["path"],
        lane: writes,
        async run(params) {
          const path = params.string("path");
          const wasThere = await (await makeRemove()).removePath(path);
          if (!wasThere) throw new HostError("NE_FS_REMVERR", path);
          return told(`${path} was removed`);
        },
      }),
    ],
  ];
}

function writer(files: Files, { binary, append }: { binary: boolean; append: boolean }): Method {
  return {
    required: ["path", "data"],
    lane: writes,
    async run(params) {
      const path = params.string("path");
      const text = params.string("data");
      // What is no base64 fails before the file is touched.
      const data = binary ? await bytesOfBase64(text) : text;
      await attempt((await files()).write(path, data, { append }), "NE_FS_FILWRER", path);
      return done();
    },
  };
}

function reader(
  files: Files,
  value: (content: FileContent) => string | Promise<JsonText>,
): Method {
  return {
    required: ["path"],
    lane: reads,
    async run(params) {
      const path = params.string("path");
      const slice = { pos: params.int("pos", -1), size: params.int("size", -1) };
      return returned(await value(await (await files()).read(path, slice)));
    },
  };
}

/** A method after which other files may be where they were. */
function relocating(files: Files, method: Method): Method {
  return {
    ...method,
    async run(...call) {
      try {
        return await method.run(...call);
      } finally {
        (await files()).forget();
      }
    },
  };
}

/** Section 6.6. */
function folderEntries(files: Files): [string, Method][] {
  return [
    ["filesystem.readDirectory", {
      required: ["path"],
      lane: reads,
      async run(params) {
        const path = params.string("path");
        const recursive = params.bool("recursive", false);
        const { listFolder } = await listing();
        try {
          return returned(await jsonOfList(listFolder(path, { recursive })));
        } catch (error) {
          const isThere = await Deno.stat(path).then(() => true, () => false);
          if (!isThere) throw new HostError("NE_FS_NOPATHE", path, { returnValue: [] });
          throw error;
        }
      },
    }],
    [
      "filesystem.copy",
      relocating(files, {
        required: ["source", "destination"],
        lane: copies,
        async run(params) {
          const [source, destination] = ends(params);
          const recursive = params.bool("recursive", true);
          const overwrite = params.bool("overwrite", true);
          const skip = params.bool("skip", false);
          const existing = skip ? "keep" : overwrite ? "replace" : "refuse";
          const { copy } = await copying();
          const work = copy(source, destination, { recursive, existing });
          await attempt(work, "NE_FS_COPYERR", `${source} -> ${destination}`);
          return told("Copy operation was successful");
        },
      }),
    ],
    [
      "filesystem.move",
      relocating(files, {
        required: ["source", "destination"],
        lane: moves,
        run: (params) => move(params, "NE_FS_MOVEERR"),
      }),
    ],
    ["filesystem.getStats", {
      required: ["path"],
      lane: reads,
      async run(params) {
        const path = params.string("path");
        const info = await attempt(Deno.stat(path), "NE_FS_NOPATHE", path);
        return returned((await stats()).fileStats(info));
      },
    }],
  ];
}

function ends(params: Params): [source: string, destination: string] {
  return [params.string("source"), params.string("destination")];
}

async function move(params: Params, code: ErrorCode): Promise<Result> {
  const [source, destination] = ends(params);
  await attempt(Deno.rename(source, destination), code, `${source} -> ${destination}`);
  return told("File move operation was successful");
}

/** Section 10.4: what older pages and extensions call. */
function retiredEntries(files: Files): [string, Method][] {
  return [
    [
      "filesystem.removeFile",
      relocating(files, {
        required: ["path"],
        lane: writes,
        async run(params) {
          const path = params.string("path");
          const { removeFile } = await makeRemove();
          await attempt(removeFile(path), "NE_FS_FILRMER", path);
          return told(`${path} was deleted`);
        },
      }),
    ],
    [
      "filesystem.removeDirectory",
      relocating(files, {
        required: ["path"],
        lane: writes,
        async run(params) {
          const path = params.string("path");
          const { removeEmptyFolder } = await makeRemove();
          await attempt(removeEmptyFolder(path), "NE_FS_RMDIRER", path);
          return told(`Directory ${path} was removed`);
        },
      }),
    ],
    [
      "filesystem.copyFile",
      relocating(files, {
        required: ["source", "destination"],
        lane: copies,
        async run(params) {
          const [source, destination] = ends(params);
          const { copyFile } = await copying();
          const work = copyFile(source, destination);
          await attempt(work, "NE_FS_COPYFER", `${source} -> ${destination}`);
          return told("File copy operation was successful");
        },
      }),
    ],
    [
      "filesystem.moveFile",
      relocating(files, {
        required: ["source", "destination"],
        lane: moves,
        run: (params) => move(params, "NE_FS_MOVEFER"),
      }),
    ],
  ];
}
