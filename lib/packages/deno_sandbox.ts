/**
 * Packages whose engine is `deno`: Deno itself keeps them within what their manifest asks for and the
 * user has granted (contracts: AirDC++ 18, 1 and 16).
 *
 * @module
 */

import { isBelowAny, truePath } from "../auth/file_roots.ts";
import type { FileRoot, Scopes } from "../auth/scopes.ts";
import {
  commonRights,
  denoFlags,
  type DenoRights,
  denoRunArgs,
  fileUrl,
} from "../extensions/deno_engine.ts";
import { isAbsolutePath } from "../process/find_program.ts";
import type { PackageFolders } from "./start_line.ts";

/** What a manifest asks for, or a user grants; what is absent is neither. */
export interface SandboxRights extends Pick<Scopes, "filesystemRoots" | "netHosts" | "commands"> {
  /** Names of environment variables. */
  env?: readonly string[];
}

/** Settings of {@linkcode denoSandboxArgs}. */
export interface DenoSandboxOptions {
  /** They must exist. */
  folders: PackageFolders;
  /** The script, relative to the folder of the package; an ending may be left out. */
  main: string;
  /**
   * By the manifest. Paths may begin with `${PACKAGE}` or `${SETTINGS}`; relative ones give nothing.
   */
  asked: SandboxRights;
  /** By the user, written in the same way. Absent: nothing beyond what every package has. */
  granted?: SandboxRights | undefined;
  /** Folders that are closed, whatever was granted. Default none. */
  closed?: readonly string[];
  /** Of the host, which every package may reach. */
  port: number;
  /** Default: this one. */
  os?: typeof Deno.build.os;
}

/** Endings that are tried when the script is not there as it is named. */
const ENDINGS = ["", ".ts", ".js", ".mjs", "/index.ts", "/index.js", "/index.mjs"];

/**
 * What stands between `deno` and the parameters of {@linkcode startParameters}: the script is loaded
 * by a module of our own, because what the first module names is loaded whatever it may read.
 *
 * Every package may read its own folder and its settings and logs, write settings and logs, and reach
 * the host. It can neither start programs nor use the network nor anything else of the machine unless
 * that was asked for and granted.
 *
 * @throws {Error} when the script is not there, or is elsewhere
 */
export async function denoSandboxArgs(options: DenoSandboxOptions): Promise<string[]> {
  const { folders, main, port, os = Deno.build.os } = options;
  const script = await findScript(folders.package, main);
  const rights = await sandboxRights(options);
  return [...await denoRunArgs(script), ...denoFlags(rights, port), loader(script, os)];
}

/** The rights of a package, with real paths. See {@linkcode denoSandboxArgs}. */
export async function sandboxRights(
  { folders, asked, granted = {}, closed = [], os = Deno.build.os }: Omit<
    DenoSandboxOptions,
    "port" | "main"
  >,
): Promise<DenoRights> {
  const layers = [asked, granted].map((layer): Scopes => ({
    netHosts: layer.netHosts ?? [],
    commands: layer.commands ?? [],
    filesystemRoots: (layer.filesystemRoots ?? []).flatMap((root) => placed(root, folders, os)),
  }));
  const rights = await commonRights(layers);
  const [own, settings, logs] = await Promise.all(
    [folders.package, folders.settings, folders.logs].map(async (folder) => {
      const real = await truePath(folder);
      if (real === undefined) throw new Error(`its folder "${folder}" cannot be used`);
      return real;
    }),
  );
  const grantedEnv = new Set(granted.env);
  return {
    ...rights,
    read: [...new Set([own!, settings!, logs!, ...rights.read])],
    write: [...new Set([settings!, logs!, ...rights.write])],
    env: [...new Set(asked.env)].filter((name) => grantedEnv.has(name)),
    closed,
  };
}

function placed(
  root: FileRoot,
  folders: PackageFolders,
  os: typeof Deno.build.os,
): readonly FileRoot[] {
  const places = new Map([["PACKAGE", folders.package], ["SETTINGS", folders.settings]]);
  const path = root.path.replace(
    /^\$\{(\w+)\}(?=$|[/\\])/,
    (written, name: string) => places.get(name) ?? written,
  );
  return isAbsolutePath(path, os) ? [{ ...root, path }] : [];
}

async function findScript(folder: string, main: string): Promise<string> {
  const own = await truePath(folder);
  for (const ending of ENDINGS) {
    const path = `${folder}/${main}${ending}`;
    if (!(await Deno.stat(path).catch(() => undefined))?.isFile) continue;
    const real = await truePath(path);
    if (own === undefined || real === undefined || !isBelowAny(real, [own])) {
      throw new Error(`its script "${main}" is not within the package`);
    }
    return real;
  }
  throw new Error(`its script "${main}" is not there`);
}

/** Parameters are left to the script alone; an address in the text would be loaded before any check. */
function loader(script: string, os: typeof Deno.build.os): string {
  const address = JSON.stringify([fileUrl(script, os).href]);
  return `data:application/javascript,${
    encodeURIComponent(`const script=${address};await import(script[0])`)
  }`;
}
