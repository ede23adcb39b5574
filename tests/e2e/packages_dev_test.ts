import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { HostApi } from "../../lib/cli/ext/host_api.ts";
import { LANGUAGES } from "../../lib/cli/ext/scaffold/scaffold.ts";
import { needs, node, posix } from "../tools.ts";
import { type Outcome, outriggerRaw, outriggerWith } from "./commands.ts";
import { HOST, Program, startProgram } from "./program.ts";

function fine({ code, stderr, stdout }: Outcome): string {
  assertEquals(code, 0, stderr + stdout);
  return stdout;
}

/** A new package in a folder of its own. */
async function newPackage(language: string): Promise<{ parent: string; folder: string }> {
  const parent = await Deno.makeTempDir({ prefix: "outrigger-new-" });
  const made = await outriggerRaw("ext", "new", "greeter", `--lang=${language}`, `--to=${parent}`);
  assertStringIncludes(fine(made), "Names of packages begin with airdcpp-: it is airdcpp-greeter");
  return { parent, folder: join(parent, "airdcpp-greeter") };
}

for (const language of LANGUAGES) {
  const tools = language === "node" ? [posix, node] : [posix];
  Deno.test(
    `ext new --lang=${language} makes what ext dev runs at once, and anew when it changes`,
    needs(...tools),
    async () => {
      const { parent, folder } = await newPackage(language);
      await using program = new Program(parent, {
        command: [...HOST, "ext", "dev", folder, "--debug"],
        env: { TMPDIR: parent },
      });
      const hello = "[airdcpp-greeter] Hello\n";
      await program.printed(hello);
      const manifest = JSON.parse(await Deno.readTextFile(join(folder, "package.json")));
      const script = join(folder, manifest.main);
      const text = await Deno.readTextFile(script);
      await program.printed("is restarted when files change");
      await Deno.writeTextFile(script, text.replace('"Hello"', '"Servus"'));
      await program.printed("[airdcpp-greeter] Servus\n");
      program.signal("SIGTERM");
      assertEquals((await program.ended()).code, 143);
      const left = [...Deno.readDirSync(parent)].map(({ name }) => name);
      assertEquals(left.filter((name) => name.startsWith("outrigger-dev-")), [], "left behind");
    },
  );

  Deno.test(
    `what ext new --lang=${language} makes is packed, installed, and keeps its settings`,
    needs(...tools),
    async () => {
      const { parent, folder } = await newPackage(language);
      try {
        const packed = JSON.parse(
          fine(await outriggerWith(["ext", "pack", "--json"], { cwd: folder })),
        );
        assertEquals(packed.warnings, []);
        assert(packed.path.endsWith("airdcpp-greeter/airdcpp-greeter-1.0.0.tgz"), packed.path);
        await using program = await startProgram({
          config: { packages: { enabled: true, path: "packages" } },
          args: ["--mode=cloud"],
        });
        const packages = join(program.folder, "packages");
        const ext = (...words: string[]) => outriggerRaw("ext", ...words, `--packages=${packages}`);
        await program.eventually(async () => typeof await HostApi.find(packages) !== "string");
        fine(await ext("install", packed.path));
        await program.printed("[airdcpp-greeter] Hello\n");
        const api = await HostApi.require(packages);
        fine(await ext("settings", "airdcpp-greeter", "greeting=Moin"));
        await program.printed("[airdcpp-greeter] Moin\n");
        const file = join(packages, "airdcpp-greeter/settings/config.json");
        await program.eventually(async () =>
          (await Deno.readTextFile(file).catch(() => "")).includes("Moin")
        );
        fine(await ext("restart", "airdcpp-greeter"));
        await program.eventually(async () => {
          const events = await api.get<{ text: string; label: string }[]>("events/0");
          return events.filter(({ text }) => text === "Moin").length > 1 &&
            events.every(({ label }) => label === "airdcpp-greeter");
        });
        await program.eventually(async () => {
          const { greeting } = JSON.parse(fine(await ext("settings", "airdcpp-greeter", "--json")));
          return greeting === "Moin";
        });
      } finally {
        await Deno.remove(parent, { recursive: true });
      }
    },
  );
}

Deno.test("ext dev starts a package as its package.json says by now", needs(posix), async () => {
  const { parent, folder } = await newPackage("ts");
  const file = join(folder, "package.json");
  const manifest = JSON.parse(await Deno.readTextFile(file));
  await Deno.copyFile(join(folder, manifest.main), join(folder, "other.ts"));
  await using program = new Program(parent, {
    command: [...HOST, "ext", "dev", folder],
    env: { TMPDIR: parent },
  });
  await program.printed("is restarted when files change");
  await Deno.writeTextFile(file, "{");
  await program.printed("could not be started: The package.json cannot be used: it is not JSON");
  const renamed = { ...manifest, name: "airdcpp-other" };
  await Deno.writeTextFile(file, JSON.stringify(renamed));
  await program.printed('its package.json has another name now, "airdcpp-other"');
  const changed = { ...manifest, main: "other.ts", version: "1.2.3" };
  await Deno.writeTextFile(file, JSON.stringify(changed));
  await program.printed("started: other.ts of package airdcpp-greeter 1.2.3");
  program.signal("SIGTERM");
  await program.ended();
});

Deno.test("ext new refuses what cannot be a package, and what is there already", async () => {
  const { parent } = await newPackage("ts");
  try {
    const cases: [words: string[], code: number, said: string][] = [
      [["airdcpp-greeter"], 1, "it exists already"],
      [["../x"], 2, "Cannot name a package"],
      [["a b"], 2, "Cannot name a package"],
      [["other", "--lang=perl"], 2, "there are ts, node, python"],
    ];
    for (const [words, code, said] of cases) {
      const outcome = await outriggerRaw("ext", "new", ...words, `--to=${parent}`);
      assertEquals(outcome.code, code, outcome.stderr);
      assertStringIncludes(outcome.stderr, said);
    }
    assertEquals([...Deno.readDirSync(parent)].length, 1);
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
});

Deno.test("ext dev refuses a folder without a package in one line", async () => {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-dev-test-" });
  try {
    const { code, stderr } = await outriggerRaw("ext", "dev", folder);
    assertEquals([code, stderr.split("\n").length], [1, 2], stderr);
    assertStringIncludes(stderr, "there is no package.json");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
