/**
 * `resources.*`: the app's own files (contracts: Neutralino 6.11).
 *
 * @module
 */

import type { Grant } from "../auth/grant.ts";
import { type ErrorCode, forbidden, HostError } from "../errors.ts";
import { isWithin } from "../filesystem/paths.ts";
import type { ResourceFile, ResourceSource } from "../resources/source.ts";
import { jsonOfBytes, jsonOfText } from "../router/json_text.ts";
import type { PathUse } from "../router/path_order.ts";
import type { Params } from "../router/params.ts";
import { done, type Method, type MethodTable, returned } from "../router/method.ts";

/** What `resources.*` needs of its host. */
export interface ResourcesHost {
  source: ResourceSource;
  /** `/`-rooted path of the configuration file. */
  configFile: string;
  /** `cli.resourcesPath`; the whole app without it. */
  resourcesPath: string | undefined;
}

/** The table of `resources.*`. */
export function resourceMethods({ source, configFile, resourcesPath }: ResourcesHost): MethodTable {
  const inFolder = source.kind === "directory";

  /** The error of a path that is not there: archives name it as given, folders in full. */
  function missing(path: string, folderCode: ErrorCode): HostError {
    return inFolder
      ? new HostError(folderCode, source.root + rooted(path))
      : new HostError("NE_RS_NOPATHE", path);
  }

  async function open(path: string): Promise<ResourceFile> {
    const file = await source.open(path);
    if (file !== undefined) return file;
    // Reading a directory of an archive fails without a code of its own (section 1.6).
    const isDirectory = (await source.stat(path))?.isDirectory === true;
    if (isDirectory && !inFolder) throw new HostError("NE_RT_NATRTER");
    throw missing(path, "NE_FS_FILRDER");
  }

  /** The files on disk that a call touches: what it reads in an archive is none. */
  function lane(params: Params): PathUse {
    return {
      reads: inFolder ? [source.root + rooted(params.string("path"))] : [],
      writes: params.has("destination") ? [params.string("destination")] : [],
    };
  }

  async function extract(path: string, destination: string): Promise<void> {
    // Loaded here: it is large, and nothing else of a start needs it.
    const { dirname } = await import("@std/path");
    const file = await open(path);
    try {
      await checkTarget(path, destination);
      await Deno.mkdir(dirname(destination), { recursive: true });
      await Deno.writeFile(destination, file.stream());
    } finally {
      file.close();
    }
  }

  /** Refuses what would wait to be opened, and the file that is read: opening it would empty it. */
  async function checkTarget(path: string, destination: string): Promise<void> {
    const { refuseWaiting, statIfThere } = await import("../filesystem/file_kind.ts");
    const target = await statIfThere(destination);
    if (target === undefined) return;
    refuseWaiting(destination, target);
    const { isSame } = await import("../filesystem/copy.ts");
    const ownPath = inFolder ? source.root + rooted(path) : source.root;
    const own = { path: ownPath, info: await Deno.stat(ownPath) };
    if (await isSame(own, { path: destination, info: target })) {
      throw new TypeError(`Cannot extract "${path}" onto itself`);
    }
  }

  /** Everything below a folder, empty folders as well. */
  async function extractBelow(folder: string, destination: string): Promise<void> {
    // "" is no folder, and what a cancelled dialog answers; files would go to the root of all.
    if (destination === "") throw new TypeError("The destination has no name");
    if (inFolder) {
      const { absoluteAsFarAsExists, realPath } = await import("../filesystem/real_path.ts");
      const own = await realPath(`${source.root}${folder}` || ".");
      if (isWithin(await absoluteAsFarAsExists(destination), own)) {
        throw new TypeError(`Cannot extract "${folder}" into itself`);
      }
    }
    await Deno.mkdir(destination, { recursive: true });
    for (const path of await source.list(folder || "/")) {
      // No source has a name that would leave its folder, such as "..".
      const name = path.slice(folder.length + 1);
      const stat = await source.stat(path);
      if (stat?.isDirectory) await Deno.mkdir(`${destination}/${name}`, { recursive: true });
      if (stat?.isFile) await extract(path, `${destination}/${name}`);
    }
  }

  /** Names below the destination are the app's: one may lead to where the caller does not get at. */
  async function refuseBelow(
    folder: string,
    { method, destination, grant }: { method: string; destination: string; grant: Grant },
  ): Promise<void> {
    if (grant.scopes === undefined) return;
    const paths = await source.list(folder || "/");
    const writes = paths.map((path) => `${destination}/${path.slice(folder.length + 1)}`);
    const refusal = await grant.refusal({ writes });
    if (refusal !== undefined) throw forbidden(method, refusal);
  }

  return new Map<string, Method>([
    ["resources.getFiles", {
      async run() {
        if (!inFolder) return returned(await source.list("/"));
        if (resourcesPath === undefined) return returned(await source.list("/"));
        const folder = rooted(resourcesPath).replace(/\/+$/, "");
        if (!(await source.stat(folder))?.isDirectory) throw new HostError("NE_RT_NATRTER");
        return returned([configFile, folder, ...await source.list(folder)]);
      },
    }],
    ["resources.getStats", {
      required: ["path"],
      lane,
      async run(params) {
        const path = params.string("path");
        const stat = await source.stat(path);
        if (stat === undefined) throw missing(path, "NE_FS_NOPATHE");
        const { size, isFile, isDirectory } = stat;
        return returned({ size, isFile, isDirectory });
      },
    }],
    ["resources.readFile", {
      required: ["path"],
      lane,
      async run(params) {
        const file = await open(params.string("path"));
        const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
        let text = "";
        for await (const piece of file.stream()) text += decoder.decode(piece, { stream: true });
        return returned(await jsonOfText(text + decoder.decode()));
      },
    }],
    ["resources.readBinaryFile", {
      required: ["path"],
      lane,
      async run(params) {
        const file = await open(params.string("path"));
        return returned(await jsonOfBytes(await file.bytes()));
      },
    }],
    ["resources.extractFile", {
      required: ["path", "destination"],
      lane,
      async run(params, { grant }) {
        const path = params.string("path");
        const destination = params.string("destination");
        const isDirectory = (await source.stat(path))?.isDirectory === true;
        if (isDirectory && !inFolder) throw new HostError("NE_RT_NATRTER");
        const folder = rooted(path).replace(/\/+$/, "");
        if (isDirectory) {
          await refuseBelow(folder, { method: "resources.extractFile", destination, grant });
        }
        try {
          if (isDirectory) await extractBelow(folder, destination);
          else await extract(path, destination);
        } catch {
          throw new HostError("NE_RS_FILEXTF", destination);
        }
        return done();
      },
    }],
    ["resources.extractDirectory", {
      required: ["path", "destination"],
      lane,
      async run(params, { grant }) {
        const folder = rooted(params.string("path")).replace(/\/+$/, "");
        const destination = params.string("destination");
        const isDirectory = folder === "" || (await source.stat(folder))?.isDirectory === true;
        if (!isDirectory) {
          if (inFolder) throw new HostError("NE_RS_DIREXTF", destination);
          return done();
        }
        await refuseBelow(folder, { method: "resources.extractDirectory", destination, grant });
        try {
          await extractBelow(folder, destination);
        } catch {
          throw new HostError("NE_RS_DIREXTF", destination);
        }
        return done();
      },
    }],
  ]);
}

function rooted(path: string): string {
  return path.startsWith("/") ? path : `/${path}`;
}
