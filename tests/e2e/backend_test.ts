import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { within } from "../../lib/testing.ts";
import { needs, node, packages, pathOf, posix, python } from "../tools.ts";
import { copyFolder, hostExecutable, makeApp } from "./program.ts";

const EXAMPLES = fromFileUrl(new URL("../../examples", import.meta.url));

/** Runs a copy of an example's backend to its end, the host being the one that is tested. */
async function runBackend(
  name: string,
  { program, file, modules = false }: { program: string; file: string; modules?: boolean },
): Promise<{ code: number; output: string; folder: string } & AsyncDisposable> {
  const folder = await makeApp({
    config: null,
    prepare: async (folder) => {
      await copyFolder(join(EXAMPLES, name), folder);
      if (modules) await Deno.symlink(pathOf(packages), join(folder, "node_modules"));
      await Deno.mkdir(join(folder, "bin"));
      await hostExecutable(join(folder, "bin", "host"));
    },
  });
  const child = new Deno.Command(program, {
    args: [join(folder, file)],
    env: {
      OUTRIGGER: join(folder, "bin", "host"),
      OPENED_URL: join(folder, "opened.url"),
      PATH: `${join(folder, "fake")}:${Deno.env.get("PATH")}`,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const ended = child.output();
  await within(child.status, 60_000, "end of the backend").catch(() => child.kill("SIGKILL"));
  const { code, stdout, stderr } = await ended;
  const decoder = new TextDecoder();
  return {
    code,
    folder,
    output: decoder.decode(stdout) + decoder.decode(stderr),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

async function assertGone(path: string): Promise<void> {
  assert(!await Deno.stat(path).then(() => true, () => false), `${path} is still there`);
}

const inPython = needs(python, posix);
Deno.test(
  "examples/backend-python talks to an extension with port and accessToken only",
  inPython,
  async () => {
    await using run = await runBackend("backend-python", {
      program: pathOf(python),
      file: "backend.py",
    });
    assertStringIncludes(run.output, "the sum of [1, 2, 3, 4] is 10");
    assertStringIncludes(run.output, "The host ended with code 0");
    assertEquals(run.code, 0);
    await assertGone(join(run.folder, ".tmp", "auth_info.json"));
  },
);

const onNode = needs(node, packages, posix);
Deno.test(
  "examples/backend-node talks to an extension with the connect token",
  onNode,
  async () => {
    await using run = await runBackend("backend-node", {
      program: "node",
      file: "backend.cjs",
      modules: true,
    });
    assertStringIncludes(run.output, "the sum of 1, 2, 3, 4 is 10");
    assertStringIncludes(run.output, "The host ended with code 143");
    assertEquals(run.code, 0);
    await assertGone(join(run.folder, ".tmp", "auth_info.json"));
  },
);
