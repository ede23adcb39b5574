import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import { linux, needs, pathOf, posix, python } from "../tools.ts";
import { extensionFiles } from "./extension_programs.ts";
import { isRunning } from "./processes.ts";
import { type Program, startProgram } from "./program.ts";

const tools = needs(posix, linux);

/** Two processes that write down their ids and stay; `trap` makes both deaf to SIGTERM. */
const stay = (trap: string) =>
  `${trap}
sleep 60 &
echo $! > "$1/child"
echo $$ > "$1/parent"
wait
`;

/** Starts the host with an extension that never connects and never ends by itself. */
async function startWithStayer(trap = ""): Promise<{ program: Program; pids: number[] }> {
  const program = await startProgram({
    config: {
      extensions: [{
        id: "sh.stay",
        command: "sh ${NL_PATH}/stay.sh ${NL_PATH}",
        handshake: "stdin",
      }],
    },
    files: { "stay.sh": stay(trap) },
  });
  try {
    const pids: number[] = [];
    for (const name of ["child", "parent"]) {
      const read = () => Deno.readTextFile(join(program.folder, name)).catch(() => "");
      await program.eventually(async () => (await read()).endsWith("\n"), { what: name });
      pids.push(Number(await read()));
    }
    assert(pids.every(isRunning));
    // From then on the host knows what it has started, too.
    await program.printed('Extension "sh.stay" started');
    return { program, pids };
  } catch (error) {
    await program.stop();
    throw error;
  }
}

function authInfoExists({ folder }: Program): boolean {
  try {
    Deno.statSync(join(folder, ".tmp", "auth_info.json"));
    return true;
  } catch {
    return false;
  }
}

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  Deno.test(
    `${signal} ends the host with code ${code}, and nothing of it is left`,
    tools,
    async () => {
      const { program, pids } = await startWithStayer();
      await using _ = program;
      assert(authInfoExists(program));
      program.signal(signal);
      assertEquals((await program.ended()).code, code);
      assert(!pids.some(isRunning), `an extension is still running. ${program.said}`);
      assert(!authInfoExists(program), "auth_info.json is still there");
    },
  );
}

Deno.test(
  "app.exit ends the host with its code, also with an extension that is deaf to SIGTERM",
  tools,
  async () => {
    const { program, pids } = await startWithStayer("trap '' TERM");
    await using _ = program;
    const backend = await program.connect();
    void backend.call("app.exit", { code: 7 }).catch(() => {});
    assertEquals((await program.ended()).code, 7);
    assert(!pids.some(isRunning), `an extension is still running. ${program.said}`);
    assert(!authInfoExists(program), "auth_info.json is still there");
  },
);

Deno.test("a host that is killed leaves no extension running after 5 s", tools, async () => {
  const { program, pids } = await startWithStayer("trap '' TERM");
  await using _ = program;
  program.signal("SIGKILL");
  await program.ended();
  await program.eventually(() => !pids.some(isRunning), {
    timeoutMs: 5000,
    what: "end of the extension",
  });
});

Deno.test("a stale auth_info.json of a killed host is replaced", tools, async () => {
  const stale = JSON.stringify({ nlPort: 1, nlToken: "a.b", nlConnectToken: "b" });
  await using program = await startProgram({ files: { ".tmp/auth_info.json": stale } });
  assertNotEquals(program.port, 1);
  assert(await (await program.connect()).call("app.getConfig"));
  const { mode } = await Deno.stat(join(program.folder, ".tmp", "auth_info.json"));
  assertEquals((mode ?? 0) & 0o777, 0o600);
});

Deno.test(
  "an extension that waits for windowClose ends by itself",
  needs(python, posix),
  async () => {
    await using program = await startProgram({
      config: {
        extensions: [{ id: "py.engine", command: `${pathOf(python)} \${NL_PATH}/ext/engine.py` }],
      },
      files: extensionFiles("engine.py"),
    });
    await program.printed('Extension "py.engine" connected');
    program.signal("SIGTERM");
    assertEquals((await program.ended()).code, 143);
    await program.printed("engine: windowClose");
  },
);
