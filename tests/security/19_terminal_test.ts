/** What packages, extensions and strangers wrote does not steer the terminal of who reads it. */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { Program } from "./program.ts";

const MAIN = fromFileUrl(new URL("../../main.ts", import.meta.url));
/** Sets the title of a window, clears the screen, goes back to the start of the line. */
const STEERING = "\x1b]0;owned\x07\x1b[2J\x9b2J\rend";

/** What a command prints about an app whose package and extension have written it. */
async function printed(...words: string[]): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-terminal-" });
  try {
    const config = { applicationId: "js.outrigger.test", packages: { enabled: true } };
    await Deno.writeTextFile(`${folder}/neutralino.config.json`, JSON.stringify(config));
    for (const name of ["airdcpp-x", "airdcpp-broken"]) {
      const place = `${folder}/packages/${name}/package`;
      await Deno.mkdir(place, { recursive: true });
      const manifest = {
        name,
        version: `1${STEERING}`,
        description: STEERING,
        author: STEERING,
        main: name === "airdcpp-x" ? "main.js" : `../${STEERING}`,
        airdcpp: { apiVersion: 1 },
      };
      await Deno.writeTextFile(`${place}/package.json`, JSON.stringify(manifest));
      await Deno.writeTextFile(`${place}/main.js`, "");
    }
    await Deno.mkdir(`${folder}/logs`);
    const line = `2026-01-02 03:04:05,067 stdout \x1b[31mred\x1b[0m ${STEERING}\n`;
    await Deno.writeTextFile(`${folder}/logs/js.x.log`, line);
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", MAIN, ...words, `--path=${folder}`],
      stdin: "null",
    }).output();
    return [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const ROWS: readonly (readonly string[])[] = [
  ["ext", "list"],
  ["ext", "list", "--json"],
  ["ext", "info", "airdcpp-x"],
  ["ext", "info", STEERING],
  ["logs", "js.x"],
  ["logs", "js.x", "--json"],
  ["logs", STEERING],
];

for (const words of ROWS) {
  Deno.test(`${JSON.stringify(words.join(" "))} does not steer the terminal`, async () => {
    const text = await printed(...words);
    assert(text.includes("end"), text);
    // deno-lint-ignore no-control-regex
    const left = text.replace(/\x1b\[\d+m/g, "").match(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g);
    assertEquals(left, null, JSON.stringify(text));
  });
}

Deno.test("who is refused does not steer the terminal that shows the log", async () => {
  await using program = await Program.start({});
  const { nlPort: port } = program.info;
  for (const header of ["Host: \x9b2J", `Host: 127.0.0.1:${port}\r\nOrigin: \x9b2J`]) {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    // In Latin-1, as a header is read.
    const bytes = Array.from(`GET / HTTP/1.1\r\n${header}\r\n\r\n`, (it) => it.charCodeAt(0));
    await connection.write(new Uint8Array(bytes));
    await connection.read(new Uint8Array(100));
  }
  await program.printed("Origin header");
  // deno-lint-ignore no-control-regex
  assertEquals(program.output.match(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g), null, program.output);
});

Deno.test("colours of an extension are shown", async () => {
  assert((await printed("logs", "js.x")).includes("\x1b[31mred\x1b[0m"));
});
