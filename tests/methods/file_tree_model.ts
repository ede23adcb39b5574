/**
 * What file methods must answer and do, read anew from the contract (Neutralino 6.5, 6.6, 10.4): the
 * same operation on a tree of the test's own, by other calls of Deno than those of the host.
 *
 * @module
 */

/** A call. Paths are relative to the tree. */
export interface Operation {
  method: string;
  data: Record<string, unknown>;
}

/** What the call is answered with, paths relative to the tree. */
export type Answer = { gives: unknown } | { fails: string; message: string };

/** What happened in a tree. */
export interface Outcome {
  answer: Answer;
  /** It failed half-way, so that what it leaves behind depends on its order of work. */
  partial?: boolean;
}

/** Section 5.5, 10.4: what stands before the path, or before the two of them. */
const MESSAGES = new Map([
  ["NE_RT_NATRTER", "Native method execution error occurred. Required parameter is missing: "],
  ["NE_FS_FILWRER", "Unable to write file: "],
  ["NE_FS_FILRDER", "Unable to open file: "],
  ["NE_FS_DIRCRER", "Cannot create a directory in "],
  ["NE_FS_REMVERR", "Cannot remove path: "],
  ["NE_FS_NOPATHE", "Unable to open path "],
  ["NE_FS_COPYERR", "Cannot perform copy: "],
  ["NE_FS_MOVEERR", "Cannot perform move: "],
  ["NE_FS_FILRMER", "Cannot remove file: "],
  ["NE_FS_RMDIRER", "Cannot remove directory: "],
  ["NE_FS_COPYFER", "Cannot perform copy: "],
  ["NE_FS_MOVEFER", "Cannot perform move: "],
]);

class Failure extends Error {
  constructor(readonly code: string, parameter = "", readonly partial = false) {
    super(MESSAGES.get(code)! + parameter);
  }
}

/** Does an operation in the tree at `root`. */
export function perform(root: string, { method, data }: Operation): Outcome {
  const operation = OPERATIONS.get(method)!;
  try {
    return { answer: { gives: operation(new Tree(root), data as never) } };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { code, message, partial } = error;
    return { answer: { fails: code, message }, partial };
  }
}

/** Everything in a tree: path to content, link target or nothing. */
export function snapshot(root: string, prefix = ""): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { name, isDirectory, isSymlink } of Deno.readDirSync(root)) {
    const path = `${root}/${name}`;
    if (isSymlink) found[prefix + name] = `-> ${Deno.readLinkSync(path)}`;
    else if (!isDirectory) found[prefix + name] = Deno.readFileSync(path).toHex();
    else Object.assign(found, { [prefix + name]: "/" }, snapshot(path, `${prefix}${name}/`));
  }
  return found;
}

class Tree {
  constructor(readonly root: string) {}

  at(path: string): string {
    return `${this.root}/${path}`;
  }

  stat(path: string): Deno.FileInfo | undefined {
    return quiet(() => Deno.statSync(this.at(path)));
  }

  lstat(path: string): Deno.FileInfo | undefined {
    return quiet(() => Deno.lstatSync(this.at(path)));
  }

  real(path: string): string {
    return Deno.realPathSync(this.at(path));
  }
}

function quiet<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** Whatever goes wrong in `work` is this failure. */
function orFail<T>(work: () => T, code: string, parameter = ""): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(code, parameter);
  }
}

interface Content {
  path: string;
  data: string;
}

const SUCCESS = { success: true };
const told = (message: string) => ({ success: true, message });

function write(binary: boolean, append: boolean) {
  return (tree: Tree, { path, data }: Content) => {
    const bytes = binary
      ? orFail(() => Uint8Array.from(atob(data), (c) => c.charCodeAt(0)), "NE_RT_NATRTER")
      : new TextEncoder().encode(data);
    orFail(
      () => {
        using file = Deno.openSync(tree.at(path), {
          create: true,
          ...(append ? { append: true } : { write: true, truncate: true }),
        });
        for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
      },
      "NE_FS_FILWRER",
      path,
    );
    return SUCCESS;
  };
}

function read(tree: Tree, { path, pos = 0, size = -1 }: {
  path: string;
  pos?: number;
  size?: number;
}) {
  const info = tree.stat(path);
  if (info === undefined) throw new Failure("NE_FS_FILRDER", path);
  if (!info.isFile) throw new Failure("NE_RT_NATRTER");
  const bytes = Deno.readFileSync(tree.at(path));
  const from = Math.max(pos, 0);
  return bytes.slice(from, size < 0 ? undefined : from + size);
}

function remove(tree: Tree, { path }: { path: string }) {
  if (tree.lstat(path) === undefined) throw new Failure("NE_FS_REMVERR", path);
  Deno.removeSync(tree.at(path), { recursive: true });
  return told(`${path} was removed`);
}

function list(tree: Tree, { path, recursive = false }: { path: string; recursive?: boolean }) {
  const info = tree.stat(path);
  if (info === undefined) throw new Failure("NE_FS_NOPATHE", path);
  if (!info.isDirectory) throw new Failure("NE_RT_NATRTER");
  const found: { entry: string; path: string; type: string }[] = [];
  for (const { name, isSymlink } of Deno.readDirSync(tree.at(path))) {
    const below = `${path}/${name}`;
    const target = tree.stat(below);
    const type = target?.isDirectory ? "DIRECTORY" : target?.isFile ? "FILE" : "OTHER";
    found.push({ entry: name, path: below, type });
    if (recursive && type === "DIRECTORY" && !isSymlink) {
      found.push(...list(tree, { path: below, recursive }));
    }
  }
  return found;
}

interface Ends {
  source: string;
  destination: string;
}

function copy(
  tree: Tree,
  { source, destination, recursive = true, overwrite = true, skip = false }: Ends & {
    recursive?: boolean;
    overwrite?: boolean;
    skip?: boolean;
  },
) {
  const parameter = `${source} -> ${destination}`;
  const isFolder = tree.stat(source)?.isDirectory === true;
  try {
    if (isFolder) copyFolder(tree, source, destination);
    else copyOne(tree, source, destination);
  } catch {
    throw new Failure("NE_FS_COPYERR", parameter, isFolder);
  }
  return told("Copy operation was successful");

  function copyOne(tree: Tree, from: string, to: string) {
    if (tree.stat(from)?.isFile !== true) throw new Error("no file");
    if (tree.stat(to)?.isDirectory) to += `/${from.slice(from.lastIndexOf("/") + 1)}`;
    const target = tree.stat(to);
    if (target !== undefined) {
      if (skip) return;
      if (!overwrite || !target.isFile || tree.real(from) === tree.real(to)) throw new Error("no");
    }
    Deno.writeFileSync(tree.at(to), Deno.readFileSync(tree.at(from)));
  }

  function copyFolder(tree: Tree, from: string, to: string) {
    const target = tree.stat(to);
    if (target === undefined) Deno.mkdirSync(tree.at(to));
    else if (!target.isDirectory) throw new Error("a file");
    if (`${tree.real(to)}/`.startsWith(`${tree.real(from)}/`)) {
      if (target === undefined) Deno.removeSync(tree.at(to));
      throw new Error("into itself");
    }
    for (const { name } of [...Deno.readDirSync(tree.at(from))]) {
      const isFolder = tree.stat(`${from}/${name}`)?.isDirectory;
      if (!isFolder) copyOne(tree, `${from}/${name}`, `${to}/${name}`);
      else if (recursive) copyFolder(tree, `${from}/${name}`, `${to}/${name}`);
    }
  }
}

const move = (code: string) => (tree: Tree, { source, destination }: Ends) => {
  const parameter = `${source} -> ${destination}`;
  orFail(() => Deno.renameSync(tree.at(source), tree.at(destination)), code, parameter);
  return told("File move operation was successful");
};

const OPERATIONS = new Map<string, (tree: Tree, data: never) => unknown>([
  ["filesystem.writeFile", write(false, false)],
  ["filesystem.appendFile", write(false, true)],
  ["filesystem.writeBinaryFile", write(true, false)],
  ["filesystem.appendBinaryFile", write(true, true)],
  [
    "filesystem.readFile",
    (tree: Tree, data: { path: string }) =>
      new TextDecoder("utf-8", { ignoreBOM: true }).decode(read(tree, data)),
  ],
  [
    "filesystem.readBinaryFile",
    (tree: Tree, data: { path: string }) => btoa(String.fromCharCode(...read(tree, data))),
  ],
  ["filesystem.createDirectory", (tree: Tree, { path }: { path: string }) => {
    if (tree.stat(path)?.isDirectory) throw new Failure("NE_FS_DIRCRER", path);
    orFail(() => Deno.mkdirSync(tree.at(path), { recursive: true }), "NE_RT_NATRTER");
    return told(`Directory ${path} was created`);
  }],
  ["filesystem.remove", remove],
  ["filesystem.readDirectory", list],
  ["filesystem.getStats", (tree: Tree, { path }: { path: string }) => {
    const info = tree.stat(path);
    if (info === undefined) throw new Failure("NE_FS_NOPATHE", path);
    const { size, isFile, isDirectory } = info;
    return { size, isFile, isDirectory };
  }],
  ["filesystem.copy", copy],
  ["filesystem.move", move("NE_FS_MOVEERR")],
  ["filesystem.removeFile", (tree: Tree, { path }: { path: string }) => {
    const info = tree.lstat(path);
    if (info === undefined || info.isDirectory) throw new Failure("NE_FS_FILRMER", path);
    Deno.removeSync(tree.at(path));
    return told(`${path} was deleted`);
  }],
  ["filesystem.removeDirectory", (tree: Tree, { path }: { path: string }) => {
    const isFolder = tree.lstat(path)?.isDirectory;
    if (!isFolder || [...Deno.readDirSync(tree.at(path))].length > 0) {
      throw new Failure("NE_FS_RMDIRER", path);
    }
    Deno.removeSync(tree.at(path));
    return told(`Directory ${path} was removed`);
  }],
  ["filesystem.copyFile", (tree: Tree, data: Ends) => {
    const parameter = `${data.source} -> ${data.destination}`;
    if (!tree.stat(data.source)?.isFile) throw new Failure("NE_FS_COPYFER", parameter);
    orFail(() => quietCopy(tree, data), "NE_FS_COPYFER", parameter);
    return told("File copy operation was successful");
  }],
  ["filesystem.moveFile", move("NE_FS_MOVEFER")],
]);

/** A copy whose failure is an error of any kind. */
function quietCopy(tree: Tree, data: Ends): void {
  try {
    copy(tree, data);
  } catch {
    throw new Error("not copied");
  }
}
