/**
 * Two thousand made-up sequences of file calls, on trees with links, spaces and other alphabets: the
 * host must answer what Deno sees in a tree of the test's own, and leave the same files behind.
 *
 * A failing sequence names its seed; `OUTRIGGER_SEED=<seed>` runs it alone.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { CallError, startTestHost, type TestClient } from "../../lib/testing.ts";
import { type Answer, type Operation, perform, snapshot } from "./file_tree_model.ts";

const SEQUENCES = 2000;
const CONNECTIONS = 8;
const LONGEST = 8;

/** The same numbers for the same seed: mulberry32. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const FILES = ["top/a.txt", "top/ü 😀.txt", "top/dir/with space", "top/dir/日本語/x.bin"];
const FOLDERS = ["top", "top/dir", "top/dir/日本語", "top/empty dir"];
const NONE = ["top/new", "top/dir/new ö", "top/none/x", "top/a.txt/x", "top/new/deep"];
const LINKS: [name: string, target: string][] = [
  ["top/link", "dir"],
  ["top/file link", "ü 😀.txt"],
  ["top/dangling", "nowhere"],
  ["top/dir/back", "日本語"],
];
const TEXTS = ["", "x", "grüß\r\n", "\ufeff😀\u0000", "long ".repeat(300)];
const BASE64 = ["", "AA==", "/+8=", "w7w", "@", "A"];

/** Fills a folder with the files that every sequence begins with. */
function plant(root: string, links: boolean): void {
  for (const folder of FOLDERS) Deno.mkdirSync(`${root}/${folder}`, { recursive: true });
  for (const file of FILES) Deno.writeTextFileSync(`${root}/${file}`, `content of ${file}`);
  if (!links) return;
  for (const [name, target] of LINKS) Deno.symlinkSync(target, `${root}/${name}`);
}

function sequence(next: (below: number) => number, links: boolean): Operation[] {
  const pick = <T>(items: readonly T[]): T => items[next(items.length)]!;
  const names = [...FILES, ...FOLDERS, ...NONE, ...(links ? LINKS.map(([name]) => name) : [])];
  const maybe = (members: Record<string, () => unknown>) =>
    Object.fromEntries(
      Object.entries(members).filter(() => next(2) === 0).map(([name, make]) => [name, make()]),
    );
  const bool = () => next(2) === 0;
  // Calls about the same files are those that can disturb each other.
  const used: string[] = [];
  function name(): string {
    const chosen = used.length > 0 && bool() ? pick(used) : pick(names);
    used.push(chosen);
    return chosen;
  }
  const path = () => ({ path: name() });
  const ends = () => ({ source: name(), destination: name() });
  const slice = () => maybe({ pos: () => next(24) - 2, size: () => next(24) - 2 });
  const kinds: [method: string, data: () => Record<string, unknown>][] = [
    ["writeFile", () => ({ ...path(), data: pick(TEXTS) })],
    ["appendFile", () => ({ ...path(), data: pick(TEXTS) })],
    ["writeBinaryFile", () => ({ ...path(), data: pick(BASE64) })],
    ["appendBinaryFile", () => ({ ...path(), data: pick(BASE64) })],
    ["readFile", () => ({ ...path(), ...slice() })],
    ["readBinaryFile", () => ({ ...path(), ...slice() })],
    ["createDirectory", path],
    ["remove", path],
    ["readDirectory", () => ({ ...path(), ...maybe({ recursive: bool }) })],
    ["getStats", path],
    ["copy", () => ({ ...ends(), ...maybe({ recursive: bool, overwrite: bool, skip: bool }) })],
    ["copy", ends],
    ["move", ends],
    ["removeFile", path],
    ["removeDirectory", path],
    ["copyFile", ends],
    ["moveFile", ends],
  ];
  return Array.from({ length: 2 + next(LONGEST - 1) }, () => {
    const [method, data] = pick(kinds);
    return { method: `filesystem.${method}`, data: data() };
  });
}

/** The same call with full paths. */
function rooted(root: string, { data }: Operation): Record<string, unknown> {
  const full = { ...data };
  for (const name of ["path", "source", "destination"]) {
    if (name in full) full[name] = `${root}/${full[name]}`;
  }
  return full;
}

async function ask(page: TestClient, root: string, operation: Operation): Promise<Answer> {
  // Every path in an answer begins with the root; without it the two trees' answers are the same.
  const relative = (text: string) => text.replaceAll(`${root}/`, "");
  try {
    const gives = await page.call(operation.method, rooted(root, operation), {
      timeoutMs: 20_000,
    });
    return { gives: JSON.parse(relative(JSON.stringify(gives))) };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const message = error.message.slice(`${operation.method}: ${error.code}: `.length);
    return { fails: error.code, message: relative(message) };
  }
}

/** Entries in one order, and without times, which are looked at elsewhere. */
function comparable(answer: Answer): unknown {
  if (!("gives" in answer)) return answer;
  const { gives } = answer;
  if (Array.isArray(gives)) return gives.toSorted((a, b) => a.path < b.path ? -1 : 1);
  if (typeof gives !== "object" || gives === null) return gives;
  const { createdAt: _, modifiedAt: __, ...others } = gives as Record<string, unknown>;
  return others;
}

async function run(page: TestClient, base: string, seed: number): Promise<void> {
  const next = numbers(seed);
  // Calls of one connection keep their order on one path, but a link is another path.
  const links = seed % 2 === 1 && Deno.build.os !== "windows";
  const [ours, hosts] = [`${base}/${seed} ours`, `${base}/${seed} host's`];
  for (const root of [ours, hosts]) {
    Deno.mkdirSync(root);
    plant(root, links);
  }
  const calls: { operation: Operation; expected: Answer }[] = [];
  let partial = false;
  for (const operation of sequence(next, links)) {
    const outcome = perform(ours, operation);
    calls.push({ operation, expected: outcome.answer });
    if (outcome.partial) {
      partial = true;
      break;
    }
  }
  const waiting = calls.map(({ operation }) => () => ask(page, hosts, operation));
  const answers: Answer[] = [];
  if (links) { for (const call of waiting) answers.push(await call()); }
  else answers.push(...await Promise.all(waiting.map((call) => call())));
  for (const [index, { expected }] of calls.entries()) {
    assertEquals(
      comparable(answers[index]!),
      comparable(expected),
      `seed ${seed}, call ${index}: ${JSON.stringify(calls.slice(0, index + 1))}`,
    );
  }
  if (!partial) assertEquals(snapshot(hosts), snapshot(ours), `seed ${seed}: the trees differ`);
  for (const root of [ours, hosts]) Deno.removeSync(root, { recursive: true });
}

Deno.test("made-up sequences of file calls do what Deno's own calls do", async () => {
  const only = Deno.env.get("OUTRIGGER_SEED");
  await using app = await startTestHost();
  const seeds = only === undefined
    ? Array.from({ length: SEQUENCES }, (_, i) => i)
    : [Number(only)];
  const base = `${await Deno.realPath(app.folder)}/trees`;
  await Deno.mkdir(base);
  await Promise.all(Array.from({ length: CONNECTIONS }, async () => {
    const page = await app.connectPage();
    for (let seed = seeds.pop(); seed !== undefined; seed = seeds.pop()) {
      await run(page, base, seed);
    }
  }));
});
