import { assert, assertEquals } from "@std/assert";
import {
  below,
  type Change,
  type Circumstances,
  Comparison,
  countOf,
  type Entry,
  entryOf,
  isSame,
  type Names,
} from "../../lib/filesystem/snapshot.ts";
import { replay } from "./replay.ts";

const START = Date.UTC(2026, 0, 1);

function file(ino: number, members: Partial<Entry> = {}): Entry {
  const kind = "file";
  const at = START + ino;
  return {
    kind,
    size: 1,
    mtime: at,
    ino,
    dev: 1,
    birthtime: at,
    rights: 0,
    fresh: false,
    ...members,
  };
}

function folder(ino: number, names: Record<string, Entry> = {}): Entry {
  return { ...file(ino), kind: "directory", names: new Map(Object.entries(names)) };
}

/** Looks at every name at every depth, as one does that looks at a whole tree. */
function lookAtAll(known: Names, now: Names, comparison: Comparison, path = ""): void {
  for (const name of new Set([...known.keys(), ...now.keys()])) {
    const at = path === "" ? name : `${path}/${name}`;
    const before = known.get(name);
    const after = now.get(name);
    const inside = before?.names;
    const same = before?.kind === "directory" && after !== undefined && isSame(before, after);
    comparison.look(at, { names: known, now: after && structuredClone(after) });
    if (same) lookAtAll(inside!, after.names!, comparison, at);
  }
}

function changesBetween(before: Entry, after: Entry): Change[] {
  const known = structuredClone(before);
  const paths = [...below(known.names, "")].map(([path]) => path);
  const comparison = new Comparison();
  lookAtAll(known.names!, after.names!, comparison);
  const changes = comparison.changes();
  const expected = new Set([...below(after.names, "")].map(([path]) => path));
  assertEquals(replay(paths, changes), expected);
  assertEquals(new Set([...below(known.names, "")].map(([path]) => path)), expected);
  assertEquals(countOf(known.names), expected.size);
  assertEquals(comparison.growth, expected.size - paths.length);
  return changes;
}

const brief = (changes: Change[]) =>
  changes.map((change) =>
    `${change.action} ${"oldPath" in change ? `${change.oldPath} > ` : ""}${change.path}`
  );

const CASES: [what: string, before: Entry, after: Entry, changes: string[]][] = [
  ["nothing", folder(1, { a: file(2) }), folder(1, { a: file(2) }), []],
  ["a new file", folder(1), folder(1, { a: file(2) }), ["add a", "modified a"]],
  ["a new link", folder(1), folder(1, { a: { ...file(2), kind: "symlink" } }), ["add a"]],
  [
    "a new folder with all in it",
    folder(1),
    folder(1, { d: folder(2, { e: folder(3), f: file(4) }) }),
    ["add d", "add d/e", "add d/f", "modified d/f"],
  ],
  ["another size", folder(1, { a: file(2) }), folder(1, { a: file(2, { size: 2 }) }), [
    "modified a",
  ]],
  ["another time", folder(1, { a: file(2) }), folder(1, { a: file(2, { mtime: 9 }) }), [
    "modified a",
  ]],
  ["other rights", folder(1, { a: file(2) }), folder(1, { a: file(2, { rights: 7 }) }), []],
  [
    "another time of a folder",
    folder(1, { d: folder(2) }),
    folder(1, {
      d: { ...folder(2), mtime: 9, size: 9 },
    }),
    [],
  ],
  ["a file that took another's place", folder(1, { a: file(2) }), folder(1, { a: file(3) }), [
    "modified a",
  ]],
  [
    "a folder that took a file's place",
    folder(1, { a: file(2) }),
    folder(1, {
      a: folder(3, { b: file(4) }),
    }),
    ["delete a", "add a", "add a/b", "modified a/b"],
  ],
  [
    "a folder that took another's place",
    folder(1, { d: folder(2, { a: file(3) }) }),
    folder(1, {
      d: folder(4, { b: file(5) }),
    }),
    ["delete d/a", "delete d", "add d", "add d/b", "modified d/b"],
  ],
  ["a rename", folder(1, { a: file(2) }), folder(1, { b: file(2) }), ["moved a > b"]],
  ["a rename and a change", folder(1, { a: file(2) }), folder(1, { b: file(2, { size: 9 }) }), [
    "moved a > b",
    "modified b",
  ]],
  [
    "a new file with the number of a deleted one",
    folder(1, { a: file(2) }),
    folder(1, { b: file(2, { birthtime: START + 9 }) }),
    ["delete a", "add b", "modified b"],
  ],
  [
    "a platform without numbers",
    folder(1, { a: file(0) }),
    folder(1, { b: file(0) }),
    ["delete a", "add b", "modified b"],
  ],
  [
    "a folder that was moved, and what is different in it",
    folder(1, { d: folder(2, { a: file(3), b: file(4), c: file(5) }) }),
    folder(1, { e: folder(2, { a: file(3), b: file(4, { size: 7 }), n: file(6) }) }),
    ["moved d > e", "modified e/b", "delete e/c", "add e/n", "modified e/n"],
  ],
  [
    "two files that changed places",
    folder(1, { a: file(2), b: file(3) }),
    folder(1, { a: file(3), b: file(2) }),
    ["modified a", "modified b"],
  ],
  [
    "two folders that changed places",
    folder(1, { a: folder(2, { x: file(4) }), b: folder(3) }),
    folder(1, { a: folder(3), b: folder(2, { x: file(4) }) }),
    ["delete a/x", "delete a", "delete b", "add a", "add b", "add b/x", "modified b/x"],
  ],
  [
    "a move out of a folder that vanished",
    folder(1, { d: folder(2, { a: file(3) }) }),
    folder(1, { a: file(3) }),
    ["delete d/a", "delete d", "add a", "modified a"],
  ],
];

for (const [what, before, after, changes] of CASES) {
  Deno.test(`Comparison.changes(): ${what}`, () => {
    assertEquals(brief(changesBetween(before, after)), changes);
  });
}

/** Changes of one file whose size and time are as they were. */
const SILENT: [what: string, known: Partial<Entry>, now: Partial<Entry>, Circumstances, boolean][] =
  [
    ["a write within a tick of the clock", {}, {}, { touched: true }, true],
    ["a change of its rights", {}, { rights: 1 }, { touched: true }, false],
    ["nothing that was told of", {}, {}, {}, false],
    ["a write that nobody told of", { fresh: true }, {}, { unwatched: true }, true],
    ["a write that was told of", { fresh: true }, {}, {}, false],
    ["a file that was old when it was looked at", {}, {}, { unwatched: true }, false],
  ];

for (const [what, known, now, circumstances, modified] of SILENT) {
  Deno.test(`Comparison.look() with size and time as before: ${what}`, () => {
    const names: Names = new Map([["a", file(2, known)]]);
    const comparison = new Comparison();
    comparison.look("a", { names, now: file(2, now), ...circumstances });
    assertEquals(brief(comparison.changes()), modified ? ["modified a"] : []);
  });
}

Deno.test("Comparison.look() forgets what came and went in between", () => {
  const names: Names = new Map([["old", file(2)]]);
  const comparison = new Comparison();
  comparison.look("new", { names, now: file(3) });
  comparison.look("old", { names, now: file(2, { size: 5 }) });
  comparison.look("new", { names, now: undefined });
  comparison.look("old", { names, now: undefined });
  assertEquals(brief(comparison.changes()), ["delete old"]);
  assertEquals(comparison.growth, -1);
});

Deno.test("Comparison.changes() tells of a file under the name that its folder has now", () => {
  const d = folder(2, { a: file(3), b: file(4), c: file(5) });
  const names: Names = new Map([["d", d]]);
  const comparison = new Comparison();
  comparison.look("d/a", { names: d.names!, now: file(3, { size: 5 }) });
  comparison.look("d/b", { names: d.names!, now: undefined });
  comparison.look("d/c", { names: d.names!, now: undefined });
  comparison.look("c", { names, now: file(5) });
  comparison.look("d", { names, now: undefined });
  comparison.look("e", { names, now: folder(2, { a: file(3, { size: 5 }) }) });
  const changes = comparison.changes();
  assertEquals(brief(changes), ["delete d/b", "moved d/c > c", "moved d > e", "modified e/a"]);
  assertEquals(replay(["d", "d/a", "d/b", "d/c"], changes), new Set(["e", "e/a", "c"]));
});

Deno.test("Comparison.changes() empties a folder before it tells of its end", () => {
  const d = folder(2, { a: file(3), b: file(4) });
  const names: Names = new Map([["d", d]]);
  const comparison = new Comparison();
  comparison.look("d/b", { names: d.names!, now: file(4, { size: 5 }) });
  comparison.look("d/a", { names: d.names!, now: undefined });
  comparison.look("c", { names, now: file(3) });
  comparison.look("d", { names, now: undefined });
  const changes = comparison.changes();
  assertEquals(brief(changes), ["moved d/a > c", "delete d/b", "delete d"]);
  assertEquals(replay(["d", "d/a", "d/b"], changes), new Set(["c"]));
});

Deno.test("Comparison.changes() tells of what is in a new folder once, and as it is in the end", () => {
  const names: Names = new Map();
  const comparison = new Comparison();
  const d = folder(2, { a: file(3), b: file(4) });
  comparison.look("d", { names, now: d });
  comparison.look("d/a", { names: d.names!, now: undefined });
  comparison.look("d/b", { names: d.names!, now: file(4, { size: 5 }) });
  comparison.look("d/c", { names: d.names!, now: file(5) });
  const changes = comparison.changes();
  assertEquals(brief(changes), ["add d", "add d/b", "modified d/b", "add d/c", "modified d/c"]);
  assertEquals(comparison.growth, 3);
});

Deno.test("entryOf() takes a file that was just written for one that may be written again", () => {
  const info = { isFile: true, mtime: new Date(START), size: 3, dev: 1 } as Deno.FileInfo;
  assert(entryOf(info, START + 1).fresh);
  assert(!entryOf(info, START + 1000).fresh);
});

Deno.test("Comparison.changes() can be replayed, whatever happened to a tree", () => {
  let seed = 1;
  // Numbers that are the same in each run.
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor(seed / 2 ** 31 * below);
  };
  for (let run = 0; run < 400; run++) {
    let ino = 100;
    const tree = folder(1);
    const folders = () =>
      [tree, ...[...below(tree.names, "")].map(([, entry]) => entry)]
        .filter(({ kind }) => kind === "directory");
    const some = <T>(items: T[]): T => items[random(items.length)]!;
    const name = () => "abcd"[random(4)]!;
    const change = () => {
      const names = some(folders()).names!;
      const kind = random(6);
      if (kind === 0) names.set(name(), file(ino++));
      else if (kind === 1) names.set(name(), folder(ino++));
      else if (kind === 2) names.delete(name());
      else if (kind === 3) {
        const entry = names.get(name());
        if (entry?.kind === "file") entry.size++;
      } else {
        const old = name();
        const entry = names.get(old);
        if (entry === undefined) return;
        const inside = new Set([entry, ...[...below(entry.names, "")].map(([, entry]) => entry)]);
        const places = folders().filter((place) => !inside.has(place));
        names.delete(old);
        some(places).names!.set(name(), entry);
      }
    };
    for (let i = 0; i < 30; i++) change();
    const before = structuredClone(tree);
    for (let i = 0; i < 8; i++) change();
    changesBetween(before, tree);
  }
});
