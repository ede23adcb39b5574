import { assertEquals } from "@std/assert";
import type { Log } from "../../lib/log.ts";
import { openResources, type ResourceMode } from "../../lib/resources/open.ts";
import { pack } from "./pack.ts";

const ARCHIVE = pack({ a: "x" });
const BROKEN = new TextEncoder().encode("not an archive, though long enough");

const CASES: [ResourceMode | undefined, Uint8Array | undefined, string, string[]][] = [
  [undefined, ARCHIVE, "bundle", []],
  ["embedded", ARCHIVE, "bundle", []],
  ["bundle", ARCHIVE, "bundle", []],
  ["directory", ARCHIVE, "directory", []],
  [undefined, undefined, "directory", ["debug NE_RS_TREEGER"]],
  ["embedded", undefined, "directory", ["warning NE_RS_TREEGER"]],
  ["bundle", undefined, "directory", ["warning NE_RS_TREEGER"]],
  ["directory", undefined, "directory", []],
  [undefined, BROKEN, "directory", ["warning NE_RS_UNBLDRE"]],
];

for (const [resMode, archive, kind, logged] of CASES) {
  const there = archive === undefined ? "no" : archive === BROKEN ? "a broken" : "an";
  Deno.test(`openResources() with ${resMode ?? "no"} mode and ${there} archive opens ${kind}`, async () => {
    const appPath = await Deno.makeTempDir();
    try {
      if (archive !== undefined) await Deno.writeFile(`${appPath}/resources.neu`, archive);
      const records: string[] = [];
      const record = (level: string) => (text: string) =>
        void records.push(`${level} ${text.split(":")[0]}`);
      const log: Log = {
        debug: record("debug"),
        info: record("info"),
        warning: record("warning"),
        error: record("error"),
      };
      await using source = await openResources({ appPath, resMode, log });
      assertEquals(source.kind, kind);
      assertEquals(records, logged);
    } finally {
      await Deno.remove(appPath, { recursive: true });
    }
  });
}
