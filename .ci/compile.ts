/**
 * Builds the executable: `deno task compile [--target=TRIPLE] [--output=FILE]`.
 *
 * The sources and the few packages they use are made a few files first. The executable keeps no code
 * cache, so each start reads anew what it loads: one file without comments starts some 12 ms sooner
 * than eighty with them, and what is loaded late, such as the commands, lies in files of its own, which
 * is another 4 ms. The one large package, which few calls need, is such a file too.
 *
 * @module
 */

import { parseArgs } from "@std/cli";
import { dirname, fromFileUrl, join } from "@std/path";
import config from "../deno.json" with { type: "json" };

const ESBUILD = "0.28.2";
/** Loaded by `import()` alone. */
const LATE_PACKAGE = "systeminformation";

const root = fromFileUrl(new URL("..", import.meta.url));
const { target, output } = parseArgs(Deno.args, { string: ["target", "output"] });
const work = await Deno.makeTempDir({ prefix: "outrigger-compile-" });
try {
  // In folders of their own: what lies beside the entry would go into the executable.
  const entry = join(work, "program", "outrigger.js");
  await bundle(join(work, "packages"), entry);
  await copyPage(join(dirname(entry), "page"));
  await compile(entry);
} catch (error) {
  console.error(`compile: ${(error as Error).message}`);
  Deno.exitCode = 1;
} finally {
  await Deno.remove(work, { recursive: true });
}

async function compile(entry: string): Promise<void> {
  await run(Deno.execPath(), [
    "compile",
    "--quiet",
    "--no-check",
    // CONTRIBUTING says why.
    "--allow-all",
    // Without these a terminal would be asked, and code be read from a shared folder at each start.
    "--no-prompt",
    "--no-code-cache",
    ...(target ? [`--target=${target}`] : []),
    `--output=${output || "dist/outrigger"}`,
    `--include=${join(dirname(entry), "page")}`,
    entry,
  ], root);
}

/** The management page's files are read from beside the module that serves them. */
async function copyPage(folder: string): Promise<void> {
  const source = join(root, "lib", "airdcpp", "manage", "page");
  await Deno.mkdir(folder);
  for await (const { name } of Deno.readDir(source)) {
    await Deno.copyFile(join(source, name), join(folder, name));
  }
}

/**
 * @param folder where the packages are put
 * @param entry the file to start; its parts lie beside it
 */
async function bundle(folder: string, entry: string): Promise<void> {
  await Deno.mkdir(folder);
  const packages = new Map<string, { version: string; path: string }>();
  for (const [name, specifier] of Object.entries(config.imports)) {
    const [, id, version, path = ""] = /^npm:(@?[^@]+)@([^/]+)(\/.*)?$/.exec(specifier) ?? [];
    if (id !== undefined) packages.set(name, { version: version!, path: id + path });
  }
  const dependencies = Object.fromEntries(
    [...packages.values()].map(({ version, path }) => [packageOf(path), version]),
  );
  await Deno.writeTextFile(
    join(folder, "package.json"),
    JSON.stringify({ private: true, dependencies: { ...dependencies, esbuild: ESBUILD } }),
  );
  await run(Deno.execPath(), ["install", "--quiet", "--node-modules-dir=auto"], folder);
  const esbuild = await esbuildProgram(folder);
  const options = [
    "--bundle",
    "--target=esnext",
    // Names stay, so that the trace of an internal error can be read.
    "--minify-whitespace",
    "--minify-syntax",
    "--log-level=warning",
  ];
  await run(esbuild, [
    join(root, "main.ts"),
    ...options,
    "--format=esm",
    "--platform=neutral",
    "--main-fields=module,main",
    "--external:node:*",
    `--external:${LATE_PACKAGE}`,
    ...[...packages].map(([name, { path }]) =>
      `--alias:${name}=${path === packageOf(path) ? path : join(folder, "node_modules", path)}`
    ),
    "--splitting",
    `--outdir=${dirname(entry)}`,
    "--entry-names=outrigger",
  ], folder);
  const late = `${LATE_PACKAGE}.cjs`;
  await run(esbuild, [
    join(folder, "node_modules", LATE_PACKAGE),
    ...options,
    "--format=cjs",
    "--platform=node",
    `--outfile=${join(dirname(entry), late)}`,
  ], folder);
  await replaceLatePackage(dirname(entry), late);
}

async function replaceLatePackage(folder: string, late: string): Promise<void> {
  let places = 0;
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".js")) continue;
    const path = join(folder, name);
    const parts = (await Deno.readTextFile(path)).split(`import("${LATE_PACKAGE}")`);
    places += parts.length - 1;
    await Deno.writeTextFile(path, parts.join(`import("./${late}")`));
  }
  if (places !== 1) throw new Error(`"${LATE_PACKAGE}" is loaded at ${places} places`);
}

/** `@scope/name` or `name` of a path that begins with it. */
function packageOf(path: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(path)![0];
}

/** The program itself: its package's own start script needs Node. */
async function esbuildProgram(folder: string): Promise<string> {
  const os = { windows: "win32", darwin: "darwin" }[Deno.build.os as string] ?? "linux";
  const arch = Deno.build.arch === "aarch64" ? "arm64" : "x64";
  const scope = join(folder, "node_modules", ".deno", `@esbuild+${os}-${arch}@${ESBUILD}`);
  const own = join(scope, "node_modules", "@esbuild", `${os}-${arch}`);
  const path = os === "win32" ? join(own, "esbuild.exe") : join(own, "bin", "esbuild");
  // Copied, because the original is shared with the cache and may not be made executable there.
  const copy = join(folder, os === "win32" ? "esbuild.exe" : "esbuild");
  await Deno.copyFile(path, copy);
  if (os !== "win32") await Deno.chmod(copy, 0o755);
  return copy;
}

async function run(program: string, args: string[], cwd: string): Promise<void> {
  // Networks that inspect TLS have a certificate of their own; only newer versions look for it.
  const env = { DENO_TLS_CA_STORE: Deno.env.get("DENO_TLS_CA_STORE") ?? "mozilla,system" };
  const { success, code } = await new Deno.Command(program, { args, cwd, env }).spawn().status;
  if (!success) throw new Error(`"${program} ${args[0]}" ended with code ${code}`);
}
