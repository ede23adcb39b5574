import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { TestClient } from "../../lib/testing.ts";
import { needs, node, packages, pathOf, posix, python } from "../tools.ts";
import { extensionFiles } from "./extension_programs.ts";
import { type Program, startProgram } from "./program.ts";

const onNode = needs(node, packages, posix);
const inPython = needs(python, posix);

type ProgramName = Parameters<typeof extensionFiles>[0];

/** Starts the host with one extension, and waits until that is connected. */
async function startWith(
  file: ProgramName,
  entry: { handshake?: string } = {},
): Promise<{ program: Program; backend: TestClient }> {
  const interpreter = file.endsWith(".py") ? pathOf(python) : "node";
  const command = `${interpreter} \${NL_PATH}/ext/${file}`;
  const program = await startProgram({
    config: { extensions: [{ id: "js.ext-1_a", command, ...entry }] },
    files: extensionFiles(file),
    prepare: async (folder) => {
      if (!onNode.ignore) await Deno.symlink(pathOf(packages), join(folder, "node_modules"));
    },
  });
  try {
    await program.printed('Extension "js.ext-1_a" connected');
    return { program, backend: await program.connect() };
  } catch (error) {
    await program.stop();
    throw error;
  }
}

async function pong(backend: TestClient): Promise<{ from: string; args: number; ping: unknown }> {
  const question = { extensionId: "js.ext-1_a", event: "ping", data: { n: 1, text: "å\n" } };
  await backend.call("extensions.dispatch", question);
  return await backend.event("pong") as { from: string; args: number; ping: unknown };
}

const CASES: readonly {
  name: string;
  file: ProgramName;
  handshake?: string;
  args: number;
  tools: { ignore: boolean };
}[] = [
  { name: "older generation on Node", file: "published.cjs", args: 3, tools: onNode },
  {
    name: `older generation on Node with "handshake": "arguments"`,
    file: "published.cjs",
    handshake: "arguments",
    args: 3,
    tools: onNode,
  },
  { name: "current generation on Node", file: "current.cjs", args: 3, tools: onNode },
  {
    name: `current generation on Node with "handshake": "stdin"`,
    file: "current.cjs",
    handshake: "stdin",
    args: 0,
    tools: onNode,
  },
  { name: "current generation in Python", file: "current.py", args: 3, tools: inPython },
  { name: "engine that sees arguments", file: "engine.py", args: 3, tools: inPython },
  {
    name: `engine that sees arguments with "handshake": "arguments"`,
    file: "engine.py",
    handshake: "arguments",
    args: 3,
    tools: inPython,
  },
  {
    name: `engine that sees none with "handshake": "stdin"`,
    file: "engine.py",
    handshake: "stdin",
    args: 0,
    tools: inPython,
  },
];

for (const { name, file, handshake, args, tools } of CASES) {
  Deno.test(`extension: ${name} connects and answers`, tools, async () => {
    const { program, backend } = await startWith(
      file,
      handshake === undefined ? {} : { handshake },
    );
    await using _ = program;
    assertEquals(await pong(backend), {
      from: "js.ext-1_a",
      args,
      ping: { n: 1, text: "å\n" },
    });
  });
}

Deno.test("extension: sends binary frames and gets nothing else from then on", onNode, async () => {
  const { program, backend } = await startWith("binary.cjs");
  await using _ = program;
  await backend.call("extensions.dispatch", { extensionId: "js.ext-1_a", event: "start" });
  await backend.event("answered");
  await backend.call("extensions.dispatch", { extensionId: "js.ext-1_a", event: "ping" });
  const frames = await backend.event("pong") as Record<string, string[]>;
  // Its own connection, the backend's and the start came before its first frame.
  assert(frames.beforeFirst!.length >= 3);
  assert(frames.beforeFirst!.every((kind) => kind === "text"));
  assert(frames.answers!.length >= 1);
  assert(frames.answers!.every((kind) => kind === "binary"));
  assert(frames.events!.length >= 1);
  assert(frames.events!.every((kind) => kind === "binary"));
});

Deno.test(
  `extension: "handshake": "stdin" gives no arguments and demands the token`,
  onNode,
  async () => {
    await using program = await startProgram({
      config: {
        extensions: [{
          id: "js.ext-1_a",
          command: "node ${NL_PATH}/ext/published.cjs",
          handshake: "stdin",
        }, { id: "js.driver", handshake: "stdin" }],
      },
      files: extensionFiles("published.cjs"),
      prepare: (folder) => Deno.symlink(pathOf(packages), join(folder, "node_modules")),
    });
    const tokenless = new WebSocket(`ws://localhost:${program.port}?extensionId=js.driver`);
    const refused = await new Promise<boolean>((resolve) => {
      tokenless.onopen = () => resolve(false);
      tokenless.onerror = () => resolve(true);
    });
    assert(refused);
    // It was told nothing that it reads.
    await program.printed("Connection error!");
    const stats = await (await program.connect()).call("extensions.getStats");
    assertEquals(stats, { loaded: ["js.ext-1_a", "js.driver"], connected: [] });
  },
);
