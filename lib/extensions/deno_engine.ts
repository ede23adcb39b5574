/**
 * Extensions with `"engine": "deno"`: a script that Deno runs with no more rights than its entry
 * grants, so that the scopes bind also what it does without the host.
 *
 * Here an absent scope grants nothing, unlike with methods: without `netHosts` the script reaches the
 * host alone, without `filesystemRoots` it reads its own folder, without `commands` it starts nothing.
 *
 * @module
 */

import { isBelowAny, truePath } from "../auth/file_roots.ts";
import type { Grant } from "../auth/grant.ts";
import { coversHost, plainHostPattern } from "../auth/host_pattern.ts";
import type { FileRoot, Scopes } from "../auth/scopes.ts";
import type { ExtensionEntry } from "../config/settings.ts";
import { findOnPath, type ProgramWorld, THIS_MACHINE } from "../process/find_program.ts";
import type { CommandLine } from "../process/shell.ts";

/** Where programs are looked for. */
export type DenoWorld = ProgramWorld;

/** What a script may do, every scope of its grant taken together. Paths are real ones. */
export interface DenoRights {
  read: readonly string[];
  write: readonly string[];
  netHosts: readonly string[];
  commands: readonly string[];
  /** Names of environment variables. */
  env: readonly string[];
  /** Folders that are closed, whatever lies around them. */
  closed: readonly string[];
}

/**
 * Deno loads the modules that the main one names in its text whatever it may read, other people's
 * JSON among them. What a running module imports is checked with everything that it imports in turn.
 */
const LOADER = "data:application/javascript,await import(Deno.args[0])";

/**
 * What starts the script of an entry once the port is known.
 *
 * @throws {Error} when there is no Deno or no script
 */
export async function denoStart(
  entry: ExtensionEntry & { script: string },
  grant: Grant,
  world: DenoWorld = THIS_MACHINE,
): Promise<(port: number) => CommandLine> {
  const program = await findDeno(entry, world);
  const script = await Deno.realPath(entry.script).catch(() => undefined);
  if (script === undefined) throw new Error(`its script "${entry.script}" is not there`);
  const rights = await rightsOf(entry, grant, folderOf(script));
  const { href } = fileUrl(script, world.os);
  const before = await denoRunArgs(script);
  return (port) => ({
    program,
    args: [...before, ...denoFlags(rights, port), LOADER, href],
  });
}

/**
 * What `deno` is started with before flags and script: never a question, never something fetched, and
 * the configuration that lies beside the script.
 *
 * @param script its real path
 */
export async function denoRunArgs(script: string): Promise<string[]> {
  const folder = folderOf(script);
  const files = await Promise.all(
    ["deno.json", "deno.jsonc", "deno.lock"].map(async (name) => {
      const path = `${folder}/${name}`;
      return await Deno.stat(path).then(() => path, () => undefined);
    }),
  );
  const config = files[0] ?? files[1];
  return [
    "run",
    "--no-prompt",
    // What it imports from elsewhere is there before: a name would tell others something.
    "--cached-only",
    ...config === undefined ? ["--no-config"] : [`--config=${config}`, await modulesFlag(folder)],
    files[2] === undefined ? "--no-lock" : "--frozen",
  ];
}

/**
 * Where packages of npm come from: the `node_modules` that is there, or else Deno's cache. A
 * configuration that asks for `auto` has Deno install, unbounded: it writes folders, copies what
 * `links` names, and runs the scripts that `package.json` holds for it.
 */
async function modulesFlag(folder: string): Promise<string> {
  const has = (path: string) => Deno.stat(path).then(() => true, () => false);
  for (let at = folder; at !== ""; at = folderOf(at)) {
    if (await has(`${at}/node_modules`)) return "--node-modules-dir=manual";
    // It ends the project, also for Deno.
    if (await has(`${at}/package.json`) || folderOf(at) === at) break;
  }
  return "--node-modules-dir=none";
}

function folderOf(script: string): string {
  return script.replace(/[/\\][^/\\]*$/, "");
}

/**
 * The flags that grant rights, and the host's port with them.
 *
 * @example
 * ```ts
 * import { denoFlags } from "./deno_engine.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const none = { read: ["/x"], write: [], netHosts: [], commands: [], env: [], closed: ["/x/.tmp"] };
 * assertEquals(denoFlags(none, 8080), [
 *   "--allow-read=/x",
 *   "--deny-read=/x/.tmp",
 *   "--deny-write=/x/.tmp",
 *   "--allow-net=127.0.0.1:8080,localhost:8080",
 *   "--deny-run",
 *   "--deny-ffi",
 *   "--deny-sys",
 * ]);
 * ```
 */
export function denoFlags(rights: DenoRights, port: number): string[] {
  const { read, write, commands, env, closed } = rights;
  const netHosts = rights.netHosts.map(plainHostPattern);
  const flag = (name: string, values: readonly string[]) =>
    values.length === 0
      ? []
      : [`--${name}=${values.map((v) => v.replaceAll(",", ",,")).join(",")}`];
  const apexes = netHosts.filter((host) => host.startsWith("*.")).map((host) => host.slice(2));
  return [
    ...flag("allow-read", read),
    ...flag("allow-write", write),
    ...flag("deny-read", closed),
    ...flag("deny-write", closed),
    ...(netHosts.includes("*")
      ? ["--allow-net"]
      : flag("allow-net", [`127.0.0.1:${port}`, `localhost:${port}`, ...netHosts])),
    // Deno takes `*.example.org` for `example.org` as well.
    ...flag(
      "deny-net",
      apexes.filter((host) => !netHosts.includes(host) && !netHosts.includes("*")),
    ),
    ...(commands.length === 0 ? ["--deny-run"] : flag("allow-run", commands)),
    "--deny-ffi",
    "--deny-sys",
    ...flag("allow-env", env.filter((name) => /^\w+$/.test(name))),
  ];
}

/** What the entry asks for and all others allow. */
async function rightsOf(entry: ExtensionEntry, grant: Grant, folder: string): Promise<DenoRights> {
  const { filesystemRoots = [], netHosts = [], commands = [] } = entry;
  const layers = (grant.scopes ?? []).map(({ scopes }) => scopes);
  // Without any layer nobody has said anything; then nothing is granted.
  const rights = await commonRights(
    layers.length === 0 ? [] : [{ filesystemRoots, netHosts, commands }, ...layers],
  );
  const own = await truePath(folder);
  return {
    ...rights,
    read: [...new Set([own ?? folder, ...rights.read])],
    env: Object.keys(entry.env),
    closed: grant.secrets.real,
  };
}

/**
 * The rights that all of several scopes give. One that a layer does not have does not bound it; one
 * that no layer has gives nothing.
 */
export async function commonRights(
  layers: readonly Scopes[],
): Promise<Omit<DenoRights, "env" | "closed">> {
  const all = <Key extends keyof Scopes>(key: Key) =>
    layers.map((scopes) => scopes[key]).filter((list) => list !== undefined) as NonNullable<
      Scopes[Key]
    >[];
  const roots = await Promise.all(all("filesystemRoots").map(truePaths));
  return {
    read: common(roots.map((list) => list.map(({ path }) => path)), isPathBelow),
    write: common(
      roots.map((list) => list.filter(({ access }) => access === "write").map(({ path }) => path)),
      isPathBelow,
    ),
    netHosts: common(all("netHosts"), coversHost),
    commands: common(all("commands"), (a, b) => a === b),
  };
}

async function truePaths(roots: readonly FileRoot[]): Promise<FileRoot[]> {
  const real = await Promise.all(roots.map(async ({ path, access }) => {
    const known = await truePath(path);
    return known === undefined ? [] : [{ path: known, access }];
  }));
  return real.flat();
}

function isPathBelow(folder: string, path: string): boolean {
  return isBelowAny(path, [folder]);
}

/** What every list allows, where of two items that have something in common one covers the other. */
function common(lists: readonly (readonly string[])[], covers: (a: string, b: string) => boolean) {
  return [
    ...lists.reduce((some: readonly string[] | undefined, others) =>
      some === undefined ? others : [
        ...new Set([
          ...some.filter((b) => others.some((a) => covers(a, b))),
          ...others.filter((b) => some.some((a) => covers(a, b))),
        ]),
      ], undefined) ?? [],
  ];
}

async function findDeno(entry: ExtensionEntry, world: DenoWorld): Promise<string> {
  const named = entry.denoBinary ?? (world.env("OUTRIGGER_DENO") || undefined);
  if (named !== undefined) {
    if (await isFile(named)) return named;
    const where = entry.denoBinary === undefined ? "OUTRIGGER_DENO" : `"denoBinary"`;
    throw new Error(`there is no Deno at "${named}", which ${where} names`);
  }
  const found = await findOnPath("deno", world);
  if (found !== undefined) return found;
  throw new Error(
    `"deno" is not on PATH (${world.env("PATH") ?? ""}); install Deno, or name it in ` +
      `"denoBinary" or OUTRIGGER_DENO`,
  );
}

async function isFile(path: string): Promise<boolean> {
  return (await Deno.stat(path).catch(() => undefined))?.isFile === true;
}

/** The address of a file. */
export function fileUrl(path: string, os: typeof Deno.build.os): URL {
  const slashed = os === "windows"
    ? `/${path.replace(/^\\\\\?\\/, "").replaceAll("\\", "/")}`
    : path;
  return new URL(
    `file://${slashed.split("/").map(encodeURIComponent).join("/").replace("%3A", ":")}`,
  );
}
