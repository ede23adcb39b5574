/**
 * A folder under test, a watcher on it, and what a client was told of it.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { dirname } from "@std/path";
import type { TestClient } from "../../lib/testing.ts";
import type { Change } from "../../lib/filesystem/snapshot.ts";
import { replay } from "../filesystem/replay.ts";

/** Data of a `watchFile` event. */
export interface Told {
  id: number;
  action: Change["action"];
  dir: string;
  filename: string;
  timestamp: string;
  oldFilename?: string;
}

const MARK = /^\.mark-/;

/** A watcher as its page sees it. */
export class WatchedFolder {
  /** The path as it was given to `createWatcher`. */
  readonly path: string;
  readonly id: number;
  readonly #page: TestClient;
  readonly #before: Set<string>;
  readonly #told: Told[] = [];
  #marks = 0;

  private constructor(page: TestClient, path: string, id: number, before: Set<string>) {
    this.#page = page;
    this.path = path;
    this.id = id;
    this.#before = before;
  }

  /** Watches an existing folder. */
  static async watch(page: TestClient, path: string): Promise<WatchedFolder> {
    const before = await pathsIn(path);
    const id = await page.call("filesystem.createWatcher", { path }, { timeoutMs: 20_000 });
    return new WatchedFolder(page, path, id as number, before);
  }

  /**
   * Waits until all that has happened so far was told, and answers with what is new, as
   * `add sub/name` or `moved old > name`. How often something was modified does not matter.
   */
  async news(): Promise<string[]> {
    // What happens while one round of looking is under way is told after the next.
    for (let i = 0; i < 2; i++) await this.#mark();
    const news = this.#take().map((change) => {
      const from = change.action === "moved" ? `${change.oldPath} > ` : "";
      return `${change.action} ${from}${change.path}`;
    });
    return [...new Set(news)];
  }

  /** Waits until what was told makes the folder what it is, and stays so. */
  async settled(timeoutMs = 30_000): Promise<Change[]> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const given = this.#changes();
      const now = await pathsIn(this.path);
      if (sameSet(lenient(this.#before, given), now)) break;
      assert(performance.now() < end, difference(lenient(this.#before, given), now));
    }
    await this.news();
    const changes = this.#changes();
    const now = [...await pathsIn(this.path)].filter((path) => !MARK.test(path)).sort();
    assertEquals([...replay(this.#before, changes)].sort(), now);
    return changes;
  }

  async #mark(): Promise<void> {
    const name = `.mark-${this.id}-${this.#marks++}`;
    await Deno.writeTextFile(`${this.path}/${name}`, "");
    const isMark = ({ id, filename }: Told) => id === this.id && filename === name;
    const where = (data: unknown) => isMark(data as Told);
    const told = await this.#page.event("watchFile", { where, timeoutMs: 20_000 }) as Told;
    // Where the mark before was removed in the same tick of the clock, its number and time are this one's.
    assert(told.action === "add" || told.action === "moved", told.action);
    assertEquals(told.dir, this.path);
    await Deno.remove(`${this.path}/${name}`);
  }

  #taken = 0;

  #take(): Change[] {
    const changes = this.#changes();
    const news = changes.slice(this.#taken);
    this.#taken = changes.length;
    return news;
  }

  /** All that was told, but for the marks. */
  #changes(): Change[] {
    const others = [];
    for (const event of this.#page.events.splice(0)) {
      const told = event.data as Told;
      if (event.event === "watchFile" && told.id === this.id) this.#told.push(told);
      else others.push(event);
    }
    this.#page.events.push(...others);
    return this.#told.filter(({ filename }) => !MARK.test(filename)).map((told) =>
      asChange(told, this.path)
    );
  }
}

/** An event as a change below the watched folder; its form is checked. */
export function asChange(told: Told, root: string): Change {
  const { action, dir, filename, timestamp, oldFilename } = told;
  const members = ["id", "action", "dir", "filename", "timestamp"];
  if (action === "moved") members.push("oldFilename");
  assertEquals(Object.keys(told).sort(), members.sort());
  assertMatch(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert(Math.abs(Date.now() - Date.parse(timestamp)) < 60_000, timestamp);
  assert(dir === root || dir.startsWith(`${root}/`), `${dir} is not in ${root}`);
  const folder = dir.slice(root.length + 1);
  const path = folder === "" ? filename : `${folder}/${filename}`;
  if (action !== "moved") return { action, path };
  const oldPath = new URL(`x:/${folder}/${oldFilename}`.replace("//", "/")).pathname.slice(1);
  return { action, path, oldPath: decodeURIComponent(oldPath) };
}

/** Paths of all that is in a folder. Links are not followed. */
export async function pathsIn(root: string): Promise<Set<string>> {
  const paths = new Set<string>();
  const list = async (folder: string) => {
    for await (const { name, isDirectory } of Deno.readDir(`${root}/${folder}`)) {
      const path = folder === "" ? name : `${folder}/${name}`;
      paths.add(path);
      if (isDirectory) await list(path);
    }
  };
  await list("");
  return paths;
}

/** As `replay`, of what is not complete yet. */
function lenient(before: Set<string>, changes: Change[]): Set<string> {
  try {
    return replay(before, changes);
  } catch (error) {
    return new Set([(error as Error).message]);
  }
}

function sameSet(a: Set<string>, b: Set<string>): boolean {
  return a.size === b.size && [...a].every((item) => b.has(item));
}

function difference(told: Set<string>, now: Set<string>): string {
  const lacking = [...now].filter((path) => !told.has(path));
  const extra = [...told].filter((path) => !now.has(path));
  const some = (paths: string[]) => `${paths.length}: ${paths.slice(0, 5).join(", ")}`;
  return `not told of ${some(lacking)}; wrongly told of ${some(extra)}`;
}

/** Writes a file and the folders above it. */
export async function write(path: string, text = "x"): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, text);
}
