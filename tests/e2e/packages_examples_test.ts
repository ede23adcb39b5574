import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { HostApi } from "../../lib/cli/ext/host_api.ts";
import { needs, node, packages, pathOf, posix } from "../tools.ts";
import { outriggerRaw } from "./commands.ts";
import { copyFolder, type Program, startProgram } from "./program.ts";

const EXAMPLES = fromFileUrl(new URL("../../examples/packages/", import.meta.url));

interface Message {
  text: string;
  severity: string;
}

/** Builds an example, packs it and installs it in a host that runs. */
async function withExample(
  example: string,
  { build, grants = {} }: { build?: (folder: string) => Promise<void>; grants?: unknown },
  body: (host: { program: Program; api: HostApi; name: string; said: () => Promise<Message[]> }) =>
    | Promise<void>
    | void,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-example-" });
  try {
    await copyFolder(join(EXAMPLES, example), folder);
    await build?.(folder);
    const packed = await outriggerRaw("ext", "pack", folder, `--to=${folder}`, "--json");
    assertEquals(packed.code, 0, packed.stderr);
    const { path, name, warnings } = JSON.parse(packed.stdout);
    assertEquals(warnings, []);
    await using program = await startProgram({
      config: { packages: { enabled: true, path: "packages", grants } },
      args: ["--mode=cloud"],
    });
    const place = join(program.folder, "packages");
    await program.eventually(async () => typeof await HostApi.find(place) !== "string");
    const installed = await outriggerRaw("ext", "install", path, `--packages=${place}`);
    assertEquals(installed.code, 0, installed.stderr);
    const api = await HostApi.require(place);
    // An extension defines its settings a moment after it was started.
    const definitions = `extensions/${name}/settings/definitions`;
    await program.eventually(async () => (await api.get<unknown[]>(definitions)).length > 0);
    await body({ program, api, name, said: () => api.get<Message[]>("events/0") });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const officialLibraries = needs(posix, node, packages);

Deno.test(
  "the example with the official libraries greets, by settings and by its menu",
  officialLibraries,
  async () => {
    const build = async (folder: string) => {
      await Deno.symlink(pathOf(packages), join(folder, "node_modules"));
      const { success, stderr } = await new Deno.Command(pathOf(node), {
        args: ["build.cjs"],
        cwd: folder,
      }).output();
      assertEquals([success, new TextDecoder().decode(stderr)], [true, ""]);
      await Deno.remove(join(folder, "node_modules"));
    };
    await withExample("official-js", { build }, async ({ program, api, name, said }) => {
      const told = (text: string) =>
        program.eventually(async () => (await said()).some((it) => it.text.startsWith(text)), {
          what: `message "${text}"`,
        });
      await told("Hello, ");
      await api.patch(`extensions/${name}/settings`, { greeting: "Ahoy", loud: true });
      await told("AHOY, WITH NEW SETTINGS");
      const groups = await api.post<{ items: { id: string; hook_id: string; title: string }[] }[]>(
        "menus/extension/list_grouped",
        { selected_ids: [name], supports: [] },
      );
      const [item] = groups.flatMap(({ items }) => items);
      assertEquals(item?.title, "Greet");
      await api.post("menus/extension/select", {
        selected_ids: [name],
        hook_id: item!.hook_id,
        menuitem_id: item!.id,
        supports: [],
      });
      await told(`AHOY, ${name.toUpperCase()}`);
    });
  },
);

Deno.test(
  "the example in Python tells of the disk, and of another when its settings say so",
  needs(posix),
  async () => {
    await withExample("python-http", {}, async ({ program, api, name, said }) => {
      await program.eventually(async () =>
        (await said()).some(({ text }) => /^The disk of \/ is \d+ % full$/.test(text))
      );
      await api.patch(`extensions/${name}/settings`, { folder: "/nowhere/at/all", percent: 0 });
      await program.eventually(async () =>
        (await said()).some(({ text, severity }) =>
          text.startsWith("Cannot look at /nowhere/at/all") && severity === "error"
        )
      );
    });
  },
);

Deno.test(
  "the sandboxed example sees what it asks for, nothing else, and less where less is granted",
  needs(posix),
  async () => {
    const inbox = await Deno.makeTempDir({ prefix: "outrigger-inbox-" });
    const build = async (folder: string) => {
      const file = join(folder, "package.json");
      const text = await Deno.readTextFile(file);
      assertStringIncludes(text, '"/srv/inbox"');
      await Deno.writeTextFile(file, text.replace("/srv/inbox", inbox));
    };
    const grants = { "airdcpp-outrigger-deno-sandboxed": { filesystemRoots: [] } };
    try {
      await withExample(
        "deno-sandboxed",
        { build },
        async ({ program, api, name, said }) => {
          const told = (text: string) =>
            program.eventually(async () => (await said()).some((it) => it.text === text), {
              what: `message "${text}"`,
            });
          await api.patch(`extensions/${name}/settings`, { folder: inbox, seconds: 1 });
          await told(`${inbox}/ has 0 entries`);
          await Deno.writeTextFile(join(inbox, "letter"), "");
          await told("letter is new");
          await api.patch(`extensions/${name}/settings`, { folder: Deno.cwd() });
          await told(`Cannot look into ${Deno.cwd()}/: NotCapable`);
        },
      );
      await withExample(
        "deno-sandboxed",
        { build, grants },
        async ({ program, api, name, said }) => {
          await api.patch(`extensions/${name}/settings`, { folder: inbox });
          await program.eventually(async () =>
            (await said()).some(({ text }) => text === `Cannot look into ${inbox}/: NotCapable`)
          );
        },
      );
    } finally {
      await Deno.remove(inbox, { recursive: true });
    }
  },
);
