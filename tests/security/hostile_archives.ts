/** Archives that try to do harm, by kind (row 9), and damaged ones. */

import type { ArchiveLimits } from "../../lib/packages/archive_limits.ts";
import {
  concat,
  END,
  type Entry,
  entry,
  gzip,
  longName,
  pax,
  paxRecord,
  tar,
} from "../packages/archives.ts";
import { randomFrom } from "../packages/random.ts";

/** What no archive may ever write. */
export const MARK = "written by a hostile archive";

/** One archive, compressed. */
export interface HostileArchive {
  what: string;
  bytes: Uint8Array;
  /** Bounds that make a small archive one that is too large. */
  limits?: Partial<ArchiveLimits>;
}

type Parts = (Entry | Uint8Array)[];
const file = (path: string, more: Partial<Entry> = {}): Entry => ({ path, content: MARK, ...more });
/** An honest part of a package, before the hostile one. */
const HONEST: Parts = [
  { path: "package/", type: "5" },
  { path: "package/package.json", content: "{}" },
];

/** One path in each of the ways that an archive can write it. */
function written(path: string): [how: string, parts: Parts][] {
  const ways: [string, Parts][] = [
    ["PAX", [pax({ path }), file("package/harmless")]],
    ["PAX for all", [pax({ path }, "g"), file("package/harmless")]],
    ["GNU", [longName(path), file("package/harmless", { format: "gnu" })]],
    ["PAX folder", [pax({ path }), { path: "package/harmless", type: "5" }]],
  ];
  if (new TextEncoder().encode(path).length <= 100 && !path.includes("\0")) {
    ways.push(["name", [file(path)]], ["folder", [{ path, type: "5" }]]);
    ways.push(["old", [file(path, { format: "v7" })]]);
  }
  const slash = path.indexOf("/");
  if (slash > 0 && path.length < 100) {
    ways.push(["prefix", [file(path.slice(slash + 1), { prefix: path.slice(0, slash) })]]);
  }
  return ways;
}

/** Paths by kind; `outer` is a folder around the target that must not be reached. */
function hostilePaths(outer: string): Record<string, string[]> {
  return {
    upwards: [
      "../evil",
      "../../evil",
      "package/../../evil",
      "package/../evil",
      "package/a/../../../evil",
      "./../evil",
      "package/..",
      "..",
      "package/./../../evil",
      "package/.././../evil",
    ],
    absolute: ["/evil", `${outer}/evil`, "//evil", `/${outer}/evil`, "/", "///"],
    backslashes: ["..\\evil", "package\\..\\..\\evil", "\\evil", "package\\evil", "a\\b\\c"],
    drives: ["C:/evil", "C:evil", "C:\\evil", "c:", "package/C:/evil", "\\\\?\\C:\\evil"],
    streams: ["package/main.js:evil", "package/main.js::$DATA", "package/:evil"],
    "control characters": ["package/a\nb", "package/\x01", "package/\x1b[2J", "package/a\x7f"],
    "invisible characters": [
      "package/\u202egnp.js",
      "package/a\u200bb",
      "package/\u2028",
      "\ufeffpackage/a",
      "package/\u00ad",
    ],
    "empty names": ["package//evil", "package///", "package/a//b"],
    "names of Windows": [
      "package/CON",
      "package/nul.txt",
      "package/Aux/evil",
      "package/com1.log",
      "package/LPT9",
      "package/prn .txt",
      "package/COM².js",
      "package/CONIN$",
      "package/evil.",
      "package/evil ",
      "package/.../evil",
      "package/... /evil",
      "package/.. /evil",
    ],
    "long paths": [
      `package/${"x".repeat(256)}`,
      `package/${"漢".repeat(90)}`,
      `package/${"deep/".repeat(300)}evil`,
      `package/${"d/".repeat(70)}evil`,
      `package/${"x".repeat(5000)}`,
    ],
  };
}

/** Everything that is no file or folder. */
function links(outer: string): [string, Parts][] {
  const targets = [outer, `${outer}/canary`, "../..", "../../canary", "/etc/passwd", "main.js", ""];
  const all: [string, Parts][] = [];
  for (const target of targets) {
    for (const [what, type] of [["link", "2"], ["hard link", "1"]] as const) {
      const link: Entry = { path: "package/link", type, linkname: target };
      all.push([`${what} to ${target}`, [link]]);
      all.push([`file through a ${what} to ${target}`, [link, file("package/link/evil")]]);
      all.push([`file in the place of a ${what} to ${target}`, [link, file("package/link")]]);
      all.push([`${what} at the top to ${target}`, [
        { ...link, path: "package" },
        file("package/a"),
      ]]);
      all.push([`hidden ${what} to ${target}`, [{ ...link, path: ".hidden" }]]);
      all.push([`${what} with a size to ${target}`, [{ ...link, content: MARK }]]);
      all.push([`long ${what} to ${target}`, [longName(target, "K"), link]]);
      all.push([`PAX ${what} to ${target}`, [pax({ linkpath: target }), link]]);
    }
  }
  for (const type of ["3", "4", "6", "S", "M", "V", "D", "A", "X", "N", "8", "\xff"]) {
    for (const path of ["package/device", "device", ".device"]) {
      all.push([`entry of type ${JSON.stringify(type)}, ${path}`, [{ path, type }]]);
    }
  }
  return all;
}

function conflicts(): [string, Parts][] {
  const pairs: [string, string][] = [
    ["package/a", "package/a"],
    ["package/a", "./package/a"],
    ["package/a", "package/./a"],
    ["package/a", "package/A"],
    ["package/readme.MD", "package/README.md"],
    ["package/\u00e9", "package/e\u0301"],
    ["package/\u00c9", "package/e\u0301"],
    ["package/\u212b", "package/\u00e5"],
    ["package/k", "package/\u212a"],
    ["package/ss", "package/ß"],
    ["package/a", "Package/b"],
    ["package/lib/a", "package/LIB/b"],
    ["package/a", "package/a/b"],
    ["package/a/b", "package/a"],
    ["package/a/b/c", "package/a/b"],
    ["package/package.json", "package/PACKAGE.JSON"],
  ];
  return pairs.flatMap(([first, second]): [string, Parts][] => [
    [`${first} and ${second}`, [{ path: first, content: "first" }, file(second)]],
    [`${first} and ${second} by PAX`, [
      { path: first, content: "first" },
      pax({ path: second }),
      file("package/harmless"),
    ]],
    ...first.toLowerCase() === second.toLowerCase() && first !== second
      ? [[`folders ${first} and ${second}`, [
        { path: first, type: "5" },
        { path: second, type: "5" },
      ]] as [string, Parts]]
      : [],
  ]);
}

function damage(): [string, Uint8Array][] {
  const good = file("package/a");
  const huge = new Uint8Array(12);
  huge.set([0x80, 0, 0, 0, 0x7f], 0);
  return [
    ["no end", entry(good)],
    ["nothing", new Uint8Array(0)],
    ["an end alone", END],
    ["an archive behind the end", concat(tar(...HONEST), tar(file("../evil")))],
    ["a wrong checksum", tar({ ...good, checksum: 0 })],
    ["a size beyond the end", tar({ ...good, size: 100_000 })],
    ["a size that hides the next entry", tar({ ...good, size: 0 }, file("../evil"))],
    ["a huge size", tar({ ...good, size: huge })],
    ["a negative size", tar({ ...good, size: new Uint8Array(12).fill(0xff) })],
    ["a PAX size that is negative", tar(pax({ size: "-512" }), good)],
    ["a PAX size beyond the end", tar(pax({ size: "999999" }), good)],
    [
      "a PAX size of 0 that shows the content as a header",
      tar(pax({ size: "0" }), {
        path: "package/a",
        content: entry(file("../evil")),
      }),
    ],
    ["a PAX record that runs on", tar(pax("999999 path=a\n"), good)],
    ["a PAX record of no length", tar(pax("0 path=../evil\n"), good)],
    ["a PAX path with a NUL", tar(pax({ path: "package/a\0/../../evil" }), good)],
    ["PAX holes", tar(pax({ "GNU.sparse.name": "../evil" }), good)],
    ["a huge PAX header", tar(pax(paxRecord("comment", "x".repeat(2 << 20))), good)],
    [
      "a folder with content",
      tar({ path: "package/", type: "5", content: entry(file("../evil")) }),
    ],
    ["many PAX headers", tar(...Array(1000).fill(pax({ comment: "x" })), good)],
    [
      "a name that is no UTF-8",
      tar({ path: "package/a", prefix: "\xff" }, pax("9 path=\xff\n"), good),
    ],
    ["noise", crypto.getRandomValues(new Uint8Array(20_000))],
  ];
}

/** Archives that unpack to too much. They are small themselves. */
async function bombs(): Promise<HostileArchive[]> {
  const zeros = new Uint8Array(20 << 20);
  const folders = Array.from({ length: 60 }, (_, index) => `package/${"d/".repeat(60)}${index}`);
  const plain: [string, Uint8Array][] = [
    ["one large file", tar(...HONEST, { path: "package/zeros", content: zeros })],
    [
      "many large files",
      tar(
        ...HONEST,
        ...Array.from({ length: 20 }, (_, index) => ({
          path: `package/${index}`,
          content: zeros.subarray(0, 1 << 20),
        })),
      ),
    ],
    ["zeros behind the end", concat(tar(...HONEST), zeros)],
    [
      "many entries",
      tar(
        ...HONEST,
        ...Array.from({ length: 3000 }, (_, index) => ({ path: `package/${index}` })),
      ),
    ],
    [
      "many folders in few entries",
      tar(
        ...HONEST,
        ...folders.map((path) => [pax({ path: `${path}${"/e".repeat(2)}` }), entry({ path: "p" })])
          .flat(),
        ...folders.map((path, index) => {
          const other = path.replaceAll("/d", `/${index}`).slice(0, 900);
          return [pax({ path: `${other}/e` }), entry({ path: "p" })];
        }).flat(),
      ),
    ],
  ];
  return await Promise.all(
    plain.map(async ([what, bytes]) => ({
      what: `bomb: ${what}`,
      bytes: await gzip(bytes),
      limits: { entries: 2000 },
    })),
  );
}

/** Archives each of which must be refused. */
export async function hostileArchives(outer: string): Promise<HostileArchive[]> {
  const all: [string, Uint8Array][] = [];
  for (const [kind, paths] of Object.entries(hostilePaths(outer))) {
    for (const path of paths) {
      for (const [how, parts] of written(path)) {
        all.push([`${kind}: ${path} as ${how}`, tar(...HONEST, ...parts)]);
      }
    }
  }
  for (const [what, parts] of links(outer)) all.push([`links: ${what}`, tar(...HONEST, ...parts)]);
  for (const [what, parts] of conflicts()) all.push([`conflict: ${what}`, tar(...parts)]);
  for (const [what, bytes] of damage()) all.push([`damage: ${what}`, bytes]);
  const archives = await Promise.all(
    all.map(async ([what, bytes]) => ({ what, bytes: await gzip(bytes) })),
  );
  return [...archives, ...await bombs()];
}

/** A whole archive, cut and changed in many ways; some of what comes out is as good as before. */
export async function mutatedArchives(seed: number, count: number): Promise<HostileArchive[]> {
  const random = randomFrom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const long = `package/${"long name/".repeat(20)}`;
  const plain = tar(
    pax({ comment: "0123456789" }, "g"),
    { path: "package/", type: "5" },
    { path: "package/package.json", content: '{"name":"airdcpp-example"}' },
    pax({ path: `${long}pax.js` }),
    { path: "package/cut", content: "pax".repeat(400) },
    longName(`${long}gnu.js`),
    { path: "package/cut", content: "gnu", format: "gnu" },
    { path: "ustar.js", prefix: "package/lib", content: "ustar", mode: 0o755 },
    { path: "package/empty" },
  );
  const whole = await gzip(plain);
  const made: HostileArchive[] = [];
  for (let at = 0; at <= plain.length; at += 512) {
    made.push({ what: `cut at ${at} and compressed`, bytes: await gzip(plain.subarray(0, at)) });
  }
  for (let at = 0; at < whole.length; at += 1 + below(20)) {
    made.push({ what: `compressed and cut at ${at}`, bytes: whole.slice(0, at) });
  }
  while (made.length < count) {
    const isPlain = made.length % 4 > 0;
    const bytes = (isPlain ? plain : whole).slice();
    const changes: string[] = [];
    for (let change = below(3); change >= 0; change--) {
      // Headers are where it hurts: their blocks are chosen more often than their share.
      const at = isPlain && random() < 0.5
        ? 512 * below(bytes.length / 512) + below(345)
        : below(bytes.length);
      const value = random() < 0.3
        ? [0, 0x2e, 0x2f, 0x30, 0x37, 0x80, 0xff][below(7)]!
        : below(256);
      bytes[at] = value;
      changes.push(`${at}=${value}`);
    }
    if (isPlain && random() < 0.8) mendChecksums(bytes);
    made.push({
      what: `${isPlain ? "plain" : "compressed"} with ${changes}`,
      bytes: isPlain ? await gzip(bytes) : bytes,
    });
  }
  return made;
}

/** Makes every block that looks like a header a valid one: what is changed gets past the first check. */
function mendChecksums(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += 512) {
    const block = bytes.subarray(at, at + 512);
    if (new TextDecoder().decode(block.subarray(257, 262)) !== "ustar") continue;
    block.fill(0x20, 148, 156);
    const sum = block.reduce((sum, byte) => sum + byte, 0);
    block.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  }
}
