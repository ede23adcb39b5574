import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { RotatingFile } from "../lib/rotating_file.ts";

const encoder = new TextEncoder();

async function withFolder(
  body: (folder: string, file: (name: string, options?: object) => Opened) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-rotating-" });
  const opened: RotatingFile[] = [];
  const make = (name: string, options: object = {}) => {
    const reports: string[] = [];
    const report = (message: string) => void reports.push(message);
    const path = join(folder, name);
    const file = new RotatingFile(path, { maxBytes: 30, keep: 2, report, ...options });
    opened.push(file);
    const write = async (text: string) => {
      let bytes = encoder.encode(text);
      while (bytes.length > 0) bytes = bytes.subarray(await file.write(bytes));
    };
    return { reports, path, write };
  };
  try {
    await body(folder, make);
  } finally {
    opened.forEach((file) => file.close());
    await Deno.remove(folder, { recursive: true });
  }
}

interface Opened {
  reports: string[];
  path: string;
  write(text: string): Promise<void>;
}

async function names(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir(folder)) found.push(name);
  return found.sort();
}

Deno.test("RotatingFile puts full files aside, keeps as many as it was told, and cuts no line", () =>
  withFolder(async (folder, file) => {
    const { write, path } = file("a.log");
    const lines = Array.from({ length: 30 }, (_, i) => `line ${i}\n`);
    // Pieces that fit, and one that spans three files.
    for (const line of lines.slice(0, 15)) await write(line);
    await write(lines.slice(15).join(""));
    assertEquals(await names(folder), ["a.log", "a.log.1", "a.log.2"]);
    const texts = await Promise.all(
      [`${path}.2`, `${path}.1`, path].map((path) => Deno.readTextFile(path)),
    );
    const kept = texts.join("");
    assert(lines.join("").endsWith(kept), kept);
    for (const text of texts) assert(text.length <= 30 && text.endsWith("\n"), text);
  }));

Deno.test("RotatingFile makes a file anew that somebody has removed or put elsewhere", () =>
  withFolder(async (folder, file) => {
    let now = 0;
    const { write, path, reports } = file("a.log", { now: () => now });
    await write("1\n");
    await Deno.remove(path);
    now += 1000;
    await write("2\n");
    assertEquals(await Deno.readTextFile(path), "2\n");
    await Deno.rename(path, join(folder, "b.log"));
    await Deno.writeTextFile(path, "theirs\n");
    now += 1000;
    await write("3\n");
    assertEquals(await Deno.readTextFile(path), "theirs\n3\n");
    assertEquals(await Deno.readTextFile(join(folder, "b.log")), "2\n");
    assertEquals(reports, []);
  }));

Deno.test("RotatingFile goes on with a file that is there", () =>
  withFolder(async (folder, file) => {
    await Deno.writeTextFile(join(folder, "a.log"), "x".repeat(25) + "\n");
    const { write, path } = file("a.log");
    await write("1\n");
    assertEquals((await Deno.stat(path)).size, 28);
    await write("further\n");
    assertEquals(await Deno.readTextFile(path), "further\n");
  }));

Deno.test("RotatingFile gives a line longer than a file may be a file of its own", () =>
  withFolder(async (_folder, file) => {
    const { write, path } = file("a.log");
    const long = "y".repeat(100) + "\n";
    await write("short\n" + long + "after\n");
    assertEquals(await Deno.readTextFile(path), "after\n");
    assertEquals(await Deno.readTextFile(`${path}.1`), long);
    assertEquals(await Deno.readTextFile(`${path}.2`), "short\n");
  }));

Deno.test({
  name: "RotatingFile makes file and folder for this user alone",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (folder, file) => {
      const { write, path } = file("deep/logs/a.log", { privateFolder: true });
      assertEquals(await names(folder), []);
      await write("x\n");
      assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
      assertEquals((await Deno.stat(join(folder, "deep/logs"))).mode! & 0o777, 0o700);
    }),
});

Deno.test({
  name: "RotatingFile follows no link, told once",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (folder, file) => {
      await Deno.writeTextFile(join(folder, "victim"), "kept");
      await Deno.symlink(join(folder, "victim"), join(folder, "a.log"));
      await Deno.symlink(join(folder, "nowhere"), join(folder, "b.log"));
      await Deno.mkdir(join(folder, "real"));
      await Deno.symlink(join(folder, "real"), join(folder, "logs"));
      for (const name of ["a.log", "b.log", "logs/c.log"]) {
        const { write, reports } = file(name, { privateFolder: name.includes("/") });
        await write("x\n");
        await write("x\n");
        assertEquals(reports.length, 1, name);
      }
      assertEquals(await Deno.readTextFile(join(folder, "victim")), "kept");
      assertEquals(await names(join(folder, "real")), []);
      assertEquals(await names(folder), ["a.log", "b.log", "logs", "real", "victim"]);
    }),
});

Deno.test({
  name: "RotatingFile loses what a full disk does not take, tells it once, and tries again later",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    withFolder(async (folder, file) => {
      let now = 0;
      const { write, reports, path } = file("sub/a.log", { now: () => now });
      await Deno.writeTextFile(join(folder, "sub"), "a file where the folder should be");
      await write("lost\n");
      await write("lost\n");
      now = 20_000;
      await write("tried again\n");
      assertEquals(reports.length, 1);
      await Deno.remove(join(folder, "sub"));
      await write("not tried yet\n");
      now = 60_000;
      await write("there again\n");
      assertEquals(await Deno.readTextFile(path), "there again\n");
      assertEquals(reports.length, 2);
      assert(reports[1]!.includes("36 bytes are lost"), reports[1]);
    }),
});
