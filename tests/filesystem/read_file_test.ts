import { assertEquals, assertRejects } from "@std/assert";
import { HostError } from "../../lib/errors.ts";
import { readFile } from "../../lib/filesystem/read_file.ts";
import { SeenFiles } from "../../lib/filesystem/seen_files.ts";

const WHOLE = { pos: -1, size: -1 };

Deno.test("readFile() notices that a file it has seen is another now", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/x`;
  const seen = new SeenFiles(() => 0);
  try {
    await Deno.writeTextFile(path, "first");
    assertEquals(await readFile(path, WHOLE, seen), new TextEncoder().encode("first"));
    await Deno.writeTextFile(path, "second");
    assertEquals(await readFile(path, WHOLE, seen), new TextEncoder().encode("second"));
    await Deno.remove(path);
    await assertRejects(() => readFile(path, WHOLE, seen), HostError);
    await Deno.mkdir(path);
    await assertRejects(() => readFile(path, WHOLE, seen), TypeError);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Reads a file with the permissions of the executable, which are not all there are. */
const SCRIPT = `
const [module, seenModule, path, pos, size] = Deno.args;
const { readFile } = await import(module);
const { SeenFiles } = await import(seenModule);
let text = "";
try {
  const content = await readFile(path, { pos: Number(pos), size: Number(size) }, new SeenFiles());
  const decoder = new TextDecoder();
  if (content instanceof Uint8Array) text = decoder.decode(content);
  else for await (const piece of content) text += decoder.decode(piece);
} catch (error) {
  text = error.name;
}
await new Response(text).body.pipeTo(Deno.stdout.writable);
`;

Deno.test({
  name: "readFile() does not get round what its own process was not permitted",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const script = await Deno.makeTempFile({ suffix: ".ts" });
    const read = async (path: string, pos: number, size: number) => {
      const modules = ["read_file", "seen_files"].map((name) =>
        new URL(`../../lib/filesystem/${name}.ts`, import.meta.url).href
      );
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--quiet",
          "--no-check",
          "--no-prompt",
          ...["read", "write", "run", "env", "sys"].map((name) => `--allow-${name}`),
          script,
          ...modules,
          path,
          `${pos}`,
          `${size}`,
        ],
      }).output();
      return new TextDecoder().decode(stdout);
    };
    try {
      await Deno.writeTextFile(script, SCRIPT);
      // The runtime keeps these from a program that has anything less than all permissions.
      for (const path of ["/proc/version", "/proc/self/environ"]) {
        assertEquals(await read(path, -1, -1), "NotCapable");
      }
      assertEquals(await read(script, 0, 5), SCRIPT.slice(0, 5));
    } finally {
      await Deno.remove(script);
    }
  },
});
