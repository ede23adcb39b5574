import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { Report } from "../../lib/cli/doctor.ts";
import type { Finding } from "../../lib/extensions/doctor.ts";
import { needs, node, posix } from "../tools.ts";
import { outrigger } from "./commands.ts";
import { type Case, cases, FILES } from "./doctor_programs.ts";
import { makeApp, type Program, startProgram } from "./program.ts";

const onPosix = needs(posix);
const EXECUTABLE_NOT = async (folder: string) => {
  await Deno.writeTextFile(join(folder, "plain.txt"), "x", { mode: 0o644 });
};

/** Starts a host with extensions, and waits until it has found out about each what it must. */
async function diagnosed(list: readonly Case[]): Promise<Program> {
  const program = await startProgram({
    config: { extensions: list.map(({ entry }) => entry) },
    files: FILES,
    prepare: EXECUTABLE_NOT,
    args: ["--mode=cloud"],
  });
  try {
    const backend = await program.connect();
    for (const { entry: { id: extensionId }, finding } of list) {
      let found: Finding[] = [];
      await program.eventually(async () => {
        found = await backend.call("host.diagnose", { extensionId }) as Finding[];
        return found[0]?.id === finding;
      }, { timeoutMs: 30_000, what: `finding "${finding}" of ${extensionId}` }).catch((error) => {
        throw new Error(`${error.message}\nfound: ${JSON.stringify(found)}`);
      });
    }
  } catch (error) {
    await program.stop();
    throw error;
  }
  return program;
}

Deno.test("doctor names each cause that it was really given, and what to do", onPosix, async () => {
  using other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const connection of other) accepted.push(connection);
  })();
  const list = cases(other.addr.port).filter(({ linuxOnly, onNode }) =>
    (!linuxOnly || Deno.build.os === "linux") && (!onNode || !needs(node).ignore)
  );
  await using program = await diagnosed(list);
  const { code, stdout, stderr } = await outrigger(program.folder, "doctor", "--json");
  assertEquals([code, stderr], [1, ""]);
  const report = JSON.parse(stdout) as Report;
  assertEquals(report.host?.port, program.port);
  for (const { entry: { id }, finding, mentions = [] } of list) {
    const [first] = report.extensions.find((one) => one.id === id)!.findings;
    assertEquals(first?.id, finding, `${id}: ${JSON.stringify(first)}`);
    for (const text of mentions) assertStringIncludes(`${first!.verdict}\n${first!.detail}`, text);
    assert(first!.advice.length > 10, id);
  }
  assert(!stdout.includes(program.auth.nlConnectToken));
  const one = await outrigger(program.folder, "doctor", "js.exit");
  assertEquals(one.code, 1);
  assertMatch(one.stdout, /js\.exit.*\n {4}It ended with code 3\. \[exited\]\n/);
  other.close();
  await accepting.catch(() => {});
  for (const connection of accepted) connection.close();
});

Deno.test(
  "doctor finds an unnamed attempt to be that of the only one missing",
  onPosix,
  async () => {
    await using program = await startProgram({
      config: { extensions: [{ id: "js.alone" }] },
      args: ["--mode=browser"],
    });
    const socket = new WebSocket(`ws://127.0.0.1:${program.port}/?extensionId=js.aloen`);
    await new Promise<void>((resolve) => socket.onerror = () => resolve());
    const { stdout } = await outrigger(program.folder, "doctor", "--json");
    const [finding] = (JSON.parse(stdout) as Report).extensions[0]!.findings;
    assertEquals(finding!.id, "id-mismatch");
    assertStringIncludes(finding!.verdict, "js.aloen");
  },
);

Deno.test("doctor tells stopped ones and those that the host did not start", onPosix, async () => {
  await using program = await startProgram({
    config: {
      extensions: [
        { id: "js.stopped", command: "sleep 1000", handshake: "stdin" },
        { id: "js.manual", command: "true", autoStart: false },
        { id: "js.fine" },
      ],
    },
  });
  const backend = await program.connect();
  await program.connect("js.fine");
  await backend.call("extensions.stop", { extensionId: "js.stopped" });
  const socket = new WebSocket(`ws://127.0.0.1:${program.port}/?extensionId=js.manual`);
  await new Promise<void>((resolve) => socket.onerror = () => resolve());
  const { stdout } = await outrigger(program.folder, "doctor", "--json");
  const ids = (JSON.parse(stdout) as Report).extensions.map(({ findings }) => findings[0]?.id);
  assertEquals(ids, ["stopped", "not-started-here", undefined]);
  assertEquals((await outrigger(program.folder, "doctor", "js.fine")).code, 0);
});

Deno.test("doctor checks an app that does not run", onPosix, async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const folder = await makeApp({
    config: {
      port: taken.addr.port,
      enableExtensions: false,
      exportAuthInfo: false,
      extensions: [
        { id: "js.there", command: "cd / && X=1 sh -c true | cat" },
        { id: "js.missing", command: "no-such-program-9 ${NL_PATH}" },
        { id: "js.nowhere", command: "true", cwd: "/no/such/folder" },
        { id: "js.elsewhere" },
        { id: "js.script", engine: "deno", script: "here.ts", denoBinary: Deno.execPath() },
        { id: "js.no_script", engine: "deno", script: "gone.ts", denoBinary: Deno.execPath() },
        { id: "js.no_deno", engine: "deno", script: "here.ts", denoBinary: "/no/deno" },
      ],
    },
    files: { "here.ts": "" },
  });
  try {
    const { code, stdout } = await outrigger(folder, "doctor", "--json");
    assertEquals(code, 1);
    const { host, checks, extensions } = JSON.parse(stdout) as Report;
    assertEquals(host, null);
    assertEquals(checks.map(({ id, ok }) => [id, ok]), [["config", false], ["port", false]]);
    assertStringIncludes(checks[0]!.detail, '"enableExtensions" is off');
    const found = extensions.map(({ findings }) => findings[0]?.id);
    assertEquals(found, [
      ...[undefined, "command-not-found", "cannot-start", "auth-info-off"],
      ...[undefined, "cannot-start", "cannot-start"],
    ]);
    assertStringIncludes(extensions.at(-1)!.findings[0]!.detail, '"/no/deno"');
    await Deno.writeTextFile(join(folder, "neutralino.config.json"), '{"port": }');
    const broken = JSON.parse((await outrigger(folder, "doctor", "--json")).stdout) as Report;
    assertMatch(broken.checks[0]!.detail, /line 1, column 10/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
