import { assertEquals, assertStringIncludes } from "@std/assert";
import { defaultOpener, openAnything, openUrl } from "../../lib/desktop/open_url.ts";
import { RecordingLog, until, withFolder } from "../process/real_processes.ts";
import { dumpArguments, dumpedArguments, writeScript } from "./fake_programs.ts";

Deno.test("defaultOpener() is the one of the system, without a shell", () => {
  assertEquals(defaultOpener("linux"), { program: "xdg-open", args: [] });
  assertEquals(defaultOpener("darwin"), { program: "open", args: [] });
  assertEquals(defaultOpener("windows"), {
    program: "rundll32",
    args: ["url.dll,FileProtocolHandler"],
  });
});

Deno.test("openUrl() hands over the URL as one argument", async () => {
  await withFolder(async (folder) => {
    const dump = `${folder}/argv`;
    const program = await writeScript(`${folder}/opener`, dumpArguments(dump));
    const url = "http://127.0.0.1:8080/a;b&c$(touch%20pwned)`d`?x='1'&y=|";
    const log = new RecordingLog();
    assertEquals(await openUrl(url, { log, opener: { program, args: ["first"] } }), true);
    const [first, href] = await dumpedArguments(dump);
    assertEquals([first, href], ["first", new URL(url).href]);
    assertStringIncludes(href!, "$(touch%20pwned)");
    assertEquals(log.records, []);
  });
});

Deno.test("openUrl() opens http and https only", async () => {
  const log = new RecordingLog();
  const opener = { program: "/nowhere/opener", args: [] };
  for (const url of ["file:///etc/passwd", "javascript:alert(1)", "--version", "", "ftp://x/"]) {
    assertEquals(await openUrl(url, { log, opener }), false);
  }
  assertEquals(log.records.length, 5);
  for (const record of log.records) assertStringIncludes(record, "only http and https");
});

Deno.test("openUrl() is false and tells the URL when there is no opener or it fails", async () => {
  const log = new RecordingLog();
  const url = "http://127.0.0.1:8080/";
  for (const program of ["/nowhere/opener", "/bin/false"]) {
    assertEquals(await openUrl(url, { log, opener: { program, args: [] } }), false);
    assertStringIncludes(log.records.at(-1)!, url);
    assertStringIncludes(log.records.at(-1)!, program);
  }
});

Deno.test("openUrl() does not wait for an opener that goes on running", async () => {
  await withFolder(async (folder) => {
    const program = await writeScript(
      `${folder}/opener`,
      `while [ ! -e '${folder}/end' ]; do sleep 0.02; done; echo > '${folder}/ended'`,
    );
    const log = new RecordingLog();
    const options = { log, opener: { program, args: [] }, settleMs: 30 };
    assertEquals(await openUrl("https://example.org/", options), true);
    await Deno.writeTextFile(`${folder}/end`, "");
    await until(() => Deno.stat(`${folder}/ended`).then(() => true, () => false), "its end");
  });
});

Deno.test("openAnything() opens more than pages, and never with an option", async () => {
  await withFolder(async (folder) => {
    const dump = `${folder}/argv`;
    const program = await writeScript(`${folder}/opener`, dumpArguments(dump));
    const log = new RecordingLog();
    const cases = [
      ["mailto:a@example.org?subject=$(id)", "mailto:a@example.org?subject=$(id)"],
      [`${folder}/größer; x`, `${folder}/größer; x`],
      ["--version", "./--version"],
      ["", ""],
    ];
    for (const [target, argument] of cases) {
      assertEquals(await openAnything(target!, { log, opener: { program, args: [] } }), true);
      assertEquals(await dumpedArguments(dump), [argument]);
    }
    assertEquals(log.records, []);
    assertEquals(
      await openAnything("x", { log, opener: { program: "/bin/false", args: [] } }),
      false,
    );
    assertStringIncludes(log.records[0]!, `Cannot open "x": "/bin/false" ended with code 1`);
  });
});
