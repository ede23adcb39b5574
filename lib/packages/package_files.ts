/**
 * Which files of a folder belong into its package: npm's rules in a simple form.
 *
 * @module
 */

import { ignored } from "../extensions/ignore_patterns.ts";

/** A file that goes into a package. */
export interface PackageFile {
  /** From the folder on, with `/`. */
  path: string;
  /** In bytes. */
  size: number;
  executable: boolean;
}

/** What of a package.json decides about files. */
export interface FileRules {
  main?: unknown;
  files?: unknown;
  dependencies?: unknown;
  bundledDependencies?: unknown;
  bundleDependencies?: unknown;
}

const MOST_FILES = 20_000;

/** What never goes in, whatever a package.json says. */
const never = ignored([
  ".git/",
  ".svn/",
  ".hg/",
  "CVS/",
  ".outrigger/",
  ".npmrc",
  ".DS_Store",
  "._*",
  ".*.sw?",
  "*.orig",
  "*.tgz",
  "/package-lock.json",
  "/npm-debug.log",
]);

/** What always goes in, from the folder itself. */
const ALWAYS = /^(?:package\.json|(?:readme|licen[cs]e)(?:\..*)?)$/i;

/** Whether the rules of one place take a path in (`true`), leave it out, or say nothing. */
type Rules = (path: string, isFolder: boolean) => boolean | undefined;

/**
 * The files of a package, in the order of their paths. `files` of the package.json says what goes in;
 * without it everything does that neither `.npmignore` nor, where there is none, `.gitignore` names.
 * Those of folders count within them. `node_modules` stays out but for bundled dependencies.
 *
 * @param options.mostFiles more are a folder that was meant otherwise. Default 20,000
 * @throws {Error} for a link, or something else that is no file, that would go in
 */
export async function packageFiles(
  folder: string,
  rules: FileRules,
  { mostFiles = MOST_FILES }: { mostFiles?: number } = {},
): Promise<PackageFile[]> {
  const found: PackageFile[] = [];
  const main = typeof rules.main === "string" ? rules.main.replace(/^(?:\.?\/)+/, "") : undefined;
  const listed = listedFiles(rules.files);

  async function add(path: string, entry: Pick<Deno.DirEntry, "isFile" | "isSymlink">) {
    if (entry.isSymlink) throw new Error(refusedLink(path));
    if (!entry.isFile) throw new Error(`Cannot pack "${path}": it is neither file nor folder`);
    if (found.length >= mostFiles) {
      throw new Error(`Cannot pack "${folder}": it has more than ${mostFiles} files`);
    }
    const { size, mode } = await Deno.stat(`${folder}/${path}`);
    found.push({ path, size, executable: ((mode ?? 0) & 0o111) !== 0 });
  }

  async function walk(parent: string, above: readonly Rules[]): Promise<void> {
    const isTop = parent === "";
    const own = isTop && listed ? listed : await ignoreFile(`${folder}/${parent}`, parent);
    const all = own === undefined ? above : [...above, own];
    for (const entry of await entriesOf(`${folder}/${parent}`)) {
      const path = `${parent}${entry.name}`;
      const certain = path === main || (isTop && ALWAYS.test(entry.name));
      if (entry.name === "node_modules" && !entry.isFile) continue;
      if (never(path, entry.isDirectory)) continue;
      // The rules nearest to a file count, as in git.
      const verdict = all.findLast((rules) => rules(path, entry.isDirectory) !== undefined)?.(
        path,
        entry.isDirectory,
      );
      if (entry.isDirectory) {
        // What is listed may lie in a folder that is not; what is left out takes everything with it.
        if (verdict !== false || listed || main?.startsWith(`${path}/`)) {
          await walk(`${path}/`, all);
        }
      } else if (certain || (verdict ?? listed === undefined)) await add(path, entry);
    }
  }

  /** A bundled dependency, as it is. */
  async function whole(parent: string): Promise<void> {
    for (const entry of await entriesOf(`${folder}/${parent}`)) {
      const path = `${parent}${entry.name}`;
      if (entry.name === ".bin" || never(path, entry.isDirectory)) continue;
      if (entry.isDirectory) await whole(`${path}/`);
      else await add(path, entry);
    }
  }

  await walk("", []);
  for (const name of await bundled(folder, rules)) {
    const path = `node_modules/${name}`;
    if ((await Deno.lstat(`${folder}/${path}`)).isSymlink) throw new Error(refusedLink(path));
    await whole(`${path}/`);
  }
  return found.sort((a, b) => a.path < b.path ? -1 : 1);
}

function refusedLink(path: string): string {
  return `Cannot pack "${path}": it is a link, which no host unpacks; put what it means in its place, ` +
    "or leave it out by .npmignore";
}

/** `files` of a package.json; `undefined` when there is none. */
function listedFiles(files: unknown): Rules | undefined {
  if (files === undefined) return undefined;
  if (!Array.isArray(files) || !files.every((it) => typeof it === "string")) {
    throw new Error('Cannot use "files" of package.json: expected a list of texts');
  }
  const tests = files.map((file: string) => {
    const pattern = file.replace(/^!/, "").replace(/^\.\//, "/").replace(/\/\*+$/, "");
    return { takes: !file.startsWith("!"), test: ignored([pattern]) };
  });
  return (path, isFolder) => tests.findLast(({ test }) => test(path, isFolder))?.takes;
}

/** The rules of a `.npmignore` or `.gitignore` for paths below `parent`. */
async function ignoreFile(folder: string, parent: string): Promise<Rules | undefined> {
  const text = await readIfThere(`${folder}/.npmignore`) ??
    await readIfThere(`${folder}/.gitignore`);
  if (text === undefined) return undefined;
  const tests = text.split(/\r?\n/)
    .map((line) => line.replace(/(?<!\\)\s+$/, ""))
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({
      takes: line.startsWith("!"),
      test: ignored([line.replace(/^!/, "").replace(/^\\(?=[#!])/, "")]),
    }));
  return (path, isFolder) =>
    tests.findLast(({ test }) => test(path.slice(parent.length), isFolder))?.takes;
}

/** Names of dependencies that go into the package, with those that they need. */
async function bundled(folder: string, rules: FileRules): Promise<string[]> {
  const asked = rules.bundledDependencies ?? rules.bundleDependencies;
  const first = asked === true ? namesOf(rules.dependencies) : Array.isArray(asked) ? asked : [];
  const names = new Set<string>();
  const waiting = first.map((name) => ({ name: String(name), needed: true }));
  for (let next; (next = waiting.pop()) !== undefined;) {
    const { name, needed } = next;
    if (names.has(name)) continue;
    if (!/^(?:@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*$/.test(name)) {
      throw new Error(`Cannot bundle ${JSON.stringify(name)}: it is no name of a package`);
    }
    const text = await readIfThere(`${folder}/node_modules/${name}/package.json`);
    if (text === undefined) {
      // Of a dependency's own ones some lie within it, and optional ones may be missing.
      if (!needed) continue;
      throw new Error(
        `Cannot bundle "${name}": there is no node_modules/${name}; install it first`,
      );
    }
    names.add(name);
    const { dependencies, optionalDependencies } = JSON.parse(text);
    for (const name of [...namesOf(dependencies), ...namesOf(optionalDependencies)]) {
      waiting.push({ name, needed: false });
    }
  }
  return [...names];
}

function namesOf(dependencies: unknown): string[] {
  return typeof dependencies === "object" ? Object.keys(dependencies ?? {}) : [];
}

async function entriesOf(folder: string): Promise<Deno.DirEntry[]> {
  return await Array.fromAsync(Deno.readDir(folder));
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
