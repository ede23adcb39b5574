/**
 * `resources.*`: the app's own files (contracts: Neutralino 6.11).
 *
 * @module
 */

import { type ErrorCode, HostError } from "../errors.ts";
import type { ResourceFile, ResourceSource } from "../resources/source.ts";
import { done, type Method, type MethodTable, returned } from "../router/method.ts";

/** What `resources.*` needs of its host. */
export interface ResourcesHost {
  source: ResourceSource;
  /** `/`-rooted path of the configuration file. */
  configFile: string;
  /** `cli.resourcesPath`; the whole app without it. */
  resourcesPath: string | undefined;
}

const LANE = "resources";

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

  async function extract(file: ResourceFile, destination: string): Promise<void> {
    // Loaded here: it is large, and nothing else of a start needs it.
    const { dirname } = await import("@std/path");
    try {
      await Deno.mkdir(dirname(destination), { recursive: true });
      await Deno.writeFile(destination, file.stream());
    } finally {
      file.close();
    }
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
      async run(params) {
        const file = await open(params.string("path"));
        return returned(new TextDecoder("utf-8", { ignoreBOM: true }).decode(await file.bytes()));
      },
    }],
    ["resources.readBinaryFile", {
      required: ["path"],
      async run(params) {
        const file = await open(params.string("path"));
        return returned((await file.bytes()).toBase64());
      },
    }],
    ["resources.extractFile", {
      required: ["path", "destination"],
      lane: LANE,
      async run(params) {
        const path = params.string("path");
        const destination = params.string("destination");
        const stat = await source.stat(path);
        if (stat?.isDirectory && !inFolder) throw new HostError("NE_RT_NATRTER");
        try {
          await extract(await open(path), destination);
        } catch {
          throw new HostError("NE_RS_FILEXTF", destination);
        }
        return done();
      },
    }],
    ["resources.extractDirectory", {
      required: ["path", "destination"],
      lane: LANE,
      async run(params) {
        const folder = rooted(params.string("path")).replace(/\/+$/, "");
        const destination = params.string("destination");
        const isDirectory = folder === "" || (await source.stat(folder))?.isDirectory === true;
        if (!isDirectory) {
          if (inFolder) throw new HostError("NE_RS_DIREXTF", destination);
          return done();
        }
        try {
          for (const path of await source.list(folder || "/")) {
            const name = path.slice(folder.length + 1);
            // Names of an archive are taken literally, but the file system would follow these.
            if (name.split(/[/\\]/).includes("..")) throw new Error(`"${name}" leaves its folder`);
            const file = await source.open(path);
            if (file !== undefined) await extract(file, `${destination}/${name}`);
          }
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
