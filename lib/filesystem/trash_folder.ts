/**
 * The trash of Linux desktops (FreeDesktop.org Trash specification 1.0).
 *
 * @module
 */

import { workingFolder } from "../machine/environment.ts";

/** Whose trash, and where. */
export interface TrashFolders {
  /** The user's data folder, `$XDG_DATA_HOME`. */
  dataHome: string;
  uid: number;
  /** The device a path lies on; stands in for the system's answer in tests. */
  deviceOf?: (path: string) => Promise<number>;
  now?: () => Date;
}

/** Where an item goes, and what its record says about where it came from. */
interface Place {
  folder: string;
  originalPath: string;
}

/** A name has 255 bytes at most, and those of the record have a number and `.trashinfo` at the end. */
const LONGEST_STEM = 160;
const LONGEST_EXTENSION = 16;
const STICKY = 0o1000;
const NUMBERED_NAMES = 20;

/**
 * Moves a file, folder or link to the trash of its user: that in the data folder, or one at the top
 * of the file system that the item lies on.
 *
 * @throws {Error} when it cannot be moved; then it is where it was, and has no record
 */
export async function moveToTrashFolder(path: string, folders: TrashFolders): Promise<void> {
  const item = await locate(path);
  const place = await placeFor(item, folders);
  const date = localTime(folders.now?.() ?? new Date());
  const record = `[Trash Info]\nPath=${percentEncoded(place.originalPath)}\nDeletionDate=${date}\n`;
  await makePrivate(`${place.folder}/info`);
  await makePrivate(`${place.folder}/files`);
  for (const name of namesFor(item.slice(item.lastIndexOf("/") + 1))) {
    const info = `${place.folder}/info/${name}.trashinfo`;
    // The record comes first: whoever makes it owns the name.
    if (!await writeNew(info, record)) continue;
    try {
      const target = `${place.folder}/files/${name}`;
      if (!await exists(target)) return await Deno.rename(item, target);
    } catch (error) {
      await Deno.remove(info);
      throw error;
    }
    await Deno.remove(info);
  }
  throw new Error("there is no free name in the trash");
}

/** The absolute path of the entry itself: links on the way are resolved, the last one is not. */
async function locate(path: string): Promise<string> {
  if (path === "") throw new TypeError("a path is needed");
  const absolute = path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
  const trimmed = absolute.replace(/\/+$/, "");
  const name = trimmed.slice(trimmed.lastIndexOf("/") + 1);
  let item: string;
  if (name === "" || name === "." || name === "..") {
    item = await Deno.realPath(absolute);
  } else {
    const parent = await Deno.realPath(trimmed.slice(0, -name.length));
    item = parent === "/" ? `/${name}` : `${parent}/${name}`;
    await Deno.lstat(item);
  }
  if (item === "/" || `${workingFolder()}/`.startsWith(`${item}/`)) {
    throw new Error("the folder that the host runs in stays where it is");
  }
  return item;
}

async function placeFor(item: string, folders: TrashFolders): Promise<Place> {
  const { dataHome, uid, deviceOf = systemDevice } = folders;
  const parent = parentOf(item);
  const device = await deviceOf(parent);
  if (device === await deviceOf(await existingAncestor(dataHome))) {
    return { folder: `${dataHome}/Trash`, originalPath: item };
  }
  let top = parent;
  while (top !== "/" && await deviceOf(parentOf(top)) === device) top = parentOf(top);
  const base = top === "/" ? "" : top;
  const originalPath = item.slice(base.length + 1);
  const shared = `${base}/.Trash`;
  if (await isSharedTrash(shared)) {
    try {
      const folder = `${shared}/${uid}`;
      await makeOwn(folder, uid);
      return { folder, originalPath };
    } catch {
      // Then the other one, says the specification.
    }
  }
  const folder = `${base}/.Trash-${uid}`;
  await makeOwn(folder, uid);
  return { folder, originalPath };
}

async function systemDevice(path: string): Promise<number> {
  return (await Deno.stat(path)).dev;
}

async function existingAncestor(path: string): Promise<string> {
  while (path !== "/" && !await exists(path)) path = parentOf(path);
  return path;
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** A link, or a folder where everybody may rename everything, would give our files to others. */
async function isSharedTrash(path: string): Promise<boolean> {
  const info = await Deno.lstat(path).catch(() => undefined);
  return info !== undefined && info.isDirectory && ((info.mode ?? 0) & STICKY) !== 0;
}

async function makeOwn(folder: string, uid: number): Promise<void> {
  await makePrivate(folder);
  const info = await Deno.lstat(folder);
  if (!info.isDirectory || info.uid !== uid) throw new Error(`"${folder}" is somebody else's`);
}

async function makePrivate(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await Deno.writeTextFile(path, text, { createNew: true, mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    // The disk may have become full in the middle.
    await Deno.remove(path).catch(() => {});
    throw error;
  }
}

function* namesFor(name: string): Generator<string> {
  const dot = name.lastIndexOf(".");
  const split = dot > 0 && name.length - dot <= LONGEST_EXTENSION ? dot : name.length;
  const stem = shortened(name.slice(0, split));
  const extension = name.slice(split);
  yield stem + extension;
  for (let number = 2; number <= NUMBERED_NAMES; number++) yield `${stem}.${number}${extension}`;
  for (let tries = 0; tries < 3; tries++) yield `${stem}.${crypto.randomUUID()}${extension}`;
}

function shortened(name: string): string {
  const encoder = new TextEncoder();
  let bytes = 0;
  let short = "";
  for (const character of name) {
    bytes += encoder.encode(character).length;
    if (bytes > LONGEST_STEM) return short;
    short += character;
  }
  return name;
}

/** RFC 2396 escapes, with the slashes as they are. */
function percentEncoded(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** `YYYY-MM-DDThh:mm:ss` in the user's time zone. */
function localTime(date: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
