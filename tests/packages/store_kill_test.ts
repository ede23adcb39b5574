import { assert, assertEquals } from "@std/assert";
import { PackageStore } from "../../lib/packages/store.ts";
import { randomFrom } from "./random.ts";
import { sha256, WORKER_PACKAGE } from "./store_worker.ts";

const KILLS = 200;
/** How many must have come in the middle of a replacement, or nothing was tested. */
const INTERRUPTED = 10;
/** And in the middle of any step. */
const UNFINISHED = 20;
/** It is gone on up to so many where a quick disk leaves too little time for that. */
const MOST_KILLS = 800;
/** So many folders are worked on at the same time. */
const LANES = 4;
/** A worker is killed within this time from its first sign of life, milliseconds. */
const LATEST_MS = 150;

/** Starts a worker and kills it at some moment. Returns which versions may be there then. */
async function killOne(
  path: string,
  { seed, possible, afterMs }: { seed: number; possible: (string | null)[]; afterMs: number },
): Promise<(string | null)[]> {
  const worker = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      new URL("store_worker.ts", import.meta.url).pathname,
      path,
      `${seed}`,
      JSON.stringify(possible),
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let said = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  for await (const text of worker.stdout.pipeThrough(new TextDecoderStream())) {
    said += text;
    timer ??= setTimeout(() => worker.kill("SIGKILL"), afterMs);
  }
  clearTimeout(timer);
  assertEquals((await worker.status).signal, "SIGKILL", said);
  return JSON.parse(said.trimEnd().split("\n").at(-1)!);
}

/** The version that is there, every byte of which is checked. */
async function versionIn(store: PackageStore): Promise<string | null> {
  if (!(await store.names()).includes(WORKER_PACKAGE)) return null;
  const { version } = await store.manifest(WORKER_PACKAGE);
  const folder = store.folders(WORKER_PACKAGE).package;
  const hashes = JSON.parse(await Deno.readTextFile(`${folder}/hashes.json`));
  const found: Record<string, string> = {};
  for (const prefix of ["", "lib/"]) {
    for await (const { name, isFile } of Deno.readDir(`${folder}/${prefix}`)) {
      if (!isFile || prefix === "" && /^(package|hashes)\.json$/.test(name)) continue;
      const text = await Deno.readTextFile(`${folder}/${prefix}${name}`);
      assert(text.startsWith(`${version} `), `${name} is not of version ${version}`);
      found[`${prefix}${name}`] = await sha256(text);
    }
  }
  assertEquals(found, hashes);
  return version;
}

Deno.test("PackageStore has one version whole whenever its process is killed", {
  ignore: Deno.build.os === "windows",
}, async () => {
  const seed = Number(Deno.env.get("OUTRIGGER_SEED") ?? 20_251_121);
  const folder = await Deno.makeTempDir({ prefix: "outrigger-kill-" });
  let interrupted = 0;
  let unfinished = 0;
  async function lane(number: number): Promise<void> {
    const random = randomFrom(seed + number);
    const path = `${folder}/${number}`;
    let possible: (string | null)[] = [null];
    const goesOn = (kill: number) =>
      kill < KILLS / LANES ||
      (interrupted <= INTERRUPTED || unfinished <= UNFINISHED) && kill < MOST_KILLS / LANES;
    for (let kill = 0; goesOn(kill); kill++) {
      const afterMs = random() * LATEST_MS;
      possible = await killOne(path, { seed: number * 1000 + kill + 1, possible, afterMs });
      if (possible.length > 1) unfinished++;
      // The next worker puts it in order then, and may be killed while it does.
      if (random() < 0.3) continue;
      const store = new PackageStore(path);
      const messages = await store.open();
      interrupted += messages.length;
      const there = await versionIn(store);
      assert(possible.includes(there), `seed ${seed}: ${there} is none of ${possible}`);
      for (const own of ["pending", "previous", "staging"]) {
        assertEquals([...Deno.readDirSync(`${store.ownFolder}/${own}`)], []);
      }
      store.close();
      possible = [there];
    }
  }
  try {
    await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
    assert(interrupted > INTERRUPTED, `only ${interrupted} replacements were interrupted`);
    assert(unfinished > UNFINISHED, `only ${unfinished} kills came during a step`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
