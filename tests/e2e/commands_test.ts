import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { linux, needs, posix } from "../tools.ts";
import { outrigger, outriggerRaw } from "./commands.ts";
import { HOST, makeApp, Program, startProgram } from "./program.ts";

const onPosix = needs(posix);

const CALLED = `
const { nlPort, nlConnectToken, nlToken, nlExtensionId } =
  await new Response(Deno.stdin.readable).json();
const socket = new WebSocket("ws://127.0.0.1:" + nlPort + "?extensionId=" + nlExtensionId +
  "&connectToken=" + nlConnectToken);
const say = (method, data) =>
  socket.send(JSON.stringify({ id: crypto.randomUUID(), method, accessToken: nlToken, data }));
socket.onopen = () => say("extensions.provide", { methods: ["double"] });
socket.onmessage = ({ data: text }) => {
  const { event, data } = JSON.parse(text);
  if (event !== "extensionCall") return;
  console.log("called with " + data.data);
  say("extensions.answer", { callId: data.callId, result: data.data * 2 });
};
socket.onclose = () => Deno.exit();
`;

const EXTENSIONS = [
  { id: "js.away", dependsOn: [] },
  {
    id: "js.double",
    command: `'${Deno.execPath()}' run -A \${NL_PATH}/double.js`,
    handshake: "stdin",
  },
];

Deno.test("status, call and logs talk to the running host of a folder", onPosix, async () => {
  await using program = await startProgram({
    config: { version: "7.7", extensions: EXTENSIONS },
    files: { "double.js": CALLED },
    args: ["--mode=cloud"],
  });
  const { folder } = program;
  await program.printed('Extension "js.double" connected');

  const status = await outrigger(folder, "status");
  assertEquals([status.code, status.stderr], [0, ""]);
  const lines = status.stdout.split("\n");
  assertMatch(lines[0]!, /^js\.outrigger\.e2e 7\.7 at http:.*process \d+, up .*, cloud mode/);
  assertMatch(lines[2]!, /^EXTENSION +STATE +PID/);
  assertMatch(lines[3]!, /^js\.away +stopped +-/);
  assertMatch(lines[4]!, /^js\.double +connected +\d+/);

  const { host, extensions } = JSON.parse((await outrigger(folder, "status", "--json")).stdout);
  assertEquals(host.port, program.port);
  assertEquals(extensions.map(({ id }: { id: string }) => id), ["js.away", "js.double"]);

  const own = await outrigger(folder, "call", "extensions.getStats", "--json");
  assertEquals(own.stdout, '{"loaded":["js.away","js.double"],"connected":["js.double"]}\n');
  let doubled = await outrigger(folder, "call", "-e", "js.double", "double", "21");
  // Its methods may come a moment after its connection.
  await program.eventually(async () => {
    doubled = await outrigger(folder, "call", "-e", "js.double", "double", "21");
    return doubled.code === 0;
  });
  assertEquals(doubled.stdout, "42\n");
  const failed = await outrigger(folder, "call", "-e", "js.away", "x");
  assertEquals([failed.code, failed.stdout], [1, ""]);
  assertEquals(failed.stderr, "outrigger: NE_EX_EXTNOTC: js.away is not connected yet\n");
  assertEquals((await outrigger(folder, "call", "a.b", "{not json")).code, 2);

  await program.eventually(async () => {
    const logged = await outrigger(folder, "logs", "js.double", "-n", "100");
    return /stdout called with 21/.test(logged.stdout) &&
      /state starting → connected/.test(logged.stdout);
  });
  const json = await outrigger(folder, "logs", "js.double", "-n1", "--json");
  assertEquals(JSON.parse(json.stdout).source, "stdout");
  const none = await outrigger(folder, "logs", "js.none");
  assertEquals(none.code, 1);
  assertStringIncludes(none.stderr, "there are js.double");
});

Deno.test("commands say in one line why there is no host to talk to", async () => {
  const folder = await makeApp({ config: { exportAuthInfo: false } });
  try {
    for (const words of [["status"], ["call", "app.getConfig"], ["events"]]) {
      const { code, stdout, stderr } = await outrigger(folder, ...words);
      assertEquals([code, stdout], [3, ""]);
      assertMatch(stderr, /^outrigger: No running host: there is no ".*auth_info\.json".*\n$/);
      assertStringIncludes(stderr, '"exportAuthInfo" is off');
    }
    const server = Deno.serve({ port: 0, onListen() {} }, () => new Response("another"));
    const tmp = join(folder, ".tmp");
    await Deno.mkdir(tmp);
    const write = (port: number) =>
      Deno.writeTextFile(
        join(tmp, "auth_info.json"),
        JSON.stringify({ nlPort: port, nlToken: "a.b" }),
      );
    await write(server.addr.port);
    const refused = await outrigger(folder, "status");
    assertEquals(refused.code, 3);
    assertMatch(refused.stderr, /^outrigger: Refused: what listens at port \d+ .*\n$/);
    await server.shutdown();
    const stale = await outrigger(folder, "status");
    assertEquals(stale.code, 3);
    assertMatch(stale.stderr, /nobody listens at port \d+, .* host that has ended\n$/);
    for (const text of ["{", "{}"]) {
      await Deno.writeTextFile(join(tmp, "auth_info.json"), text);
      const useless = await outrigger(folder, "status");
      assertEquals(useless.code, 1);
      assertMatch(useless.stderr, /^outrigger: Cannot use ".*": it is not what a host writes/);
    }
    await write(0);
    const without = await outrigger(folder, "status");
    assertEquals(without.code, 3);
    assertMatch(
      without.stderr,
      /^outrigger: No way to the host: .* expected "enableServer": true\n$/,
    );
    using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await write(silent.addr.port);
    const hanging = await outrigger(folder, "status");
    assertEquals(hanging.code, 3);
    assertMatch(
      hanging.stderr,
      /^outrigger: No answer: what listens at port \d+, .* is silent; .*\n$/,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("wrong usage and help of commands", async () => {
  const typo = await outriggerRaw("statsu");
  assertEquals(typo.code, 2);
  assertMatch(typo.stderr, /There is no command "statsu"\. There are status, /);
  assertEquals((await outriggerRaw("help", "nope")).code, 2);
  assertEquals((await outriggerRaw("help", "--help")).code, 0);
  assertEquals((await outriggerRaw("help", "help")).code, 0);
  const flag = await outriggerRaw("status", "--nope");
  assertEquals(flag.code, 2);
  const help = await outriggerRaw("call", "--help");
  assertEquals(help.code, 0);
  assertStringIncludes(help.stdout, "Usage: outrigger call [flags] METHOD [JSON]");
  assertStringIncludes((await outriggerRaw("--help")).stdout, "status");
});

Deno.test("a word that is no command starts the host, as a file name does", async () => {
  const folder = await makeApp({ config: { extensions: [] } });
  const program = new Program(folder, {
    command: [...HOST, "letter", `--path=${folder}`, "--mode=cloud"],
  });
  try {
    await program.ready();
    assert(program.port > 0);
  } finally {
    await program.stop();
  }
});

Deno.test("events prints what the host tells, and ends with it", async () => {
  await using program = await startProgram({ args: ["--mode=cloud"] });
  const [host, ...args] = HOST;
  const child = new Deno.Command(host, {
    args: [...args, "events", "-f", "--json", "--name=news", `--path=${program.folder}`],
    stdout: "piped",
    stderr: "piped",
    stdin: "null",
  }).spawn();
  const backend = await program.connect();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const reading = (async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
  })();
  await program.eventually(async () => {
    await backend.call("app.broadcast", { event: "other" });
    await backend.call("app.broadcast", { event: "news", data: { n: 1 } });
    return text.includes("\n");
  });
  for (const line of text.trimEnd().split("\n")) {
    const { event, data } = JSON.parse(line);
    assertEquals([event, data], ["news", { n: 1 }]);
  }
  program.signal("SIGTERM");
  const { code } = await child.status;
  assertEquals(code, 1);
  assertEquals(await new Response(child.stderr).text(), "outrigger: The host has ended\n");
  await reading;
});

Deno.test(
  "what cannot be written ends events, call and --help with one line",
  needs(linux),
  async () => {
    await using program = await startProgram({
      args: ["--mode=cloud"],
      config: { extensions: [{ id: "js.parts" }] },
    });
    const extension = await program.connect("js.parts");
    await extension.call("extensions.provide", { methods: ["parts"] });
    const toFullDisk = async (...words: string[]) => {
      const args = [...HOST, ...words, `--path=${program.folder}`];
      const { code, stderr } = await new Deno.Command("sh", {
        args: ["-c", '"$@" > /dev/full', "sh", ...args],
        env: { NO_COLOR: "1" },
        stdin: "null",
      }).output();
      return [code, new TextDecoder().decode(stderr)];
    };
    const told = [1, "outrigger: Cannot write to stdout: No space left on device (os error 28)\n"];
    const call = toFullDisk("call", "-e", "js.parts", "parts");
    const { callId } = await extension.event("extensionCall", { timeoutMs: 20_000 }) as {
      callId: string;
    };
    await extension.call("extensions.answerPart", { callId, data: 1 });
    assertEquals(await call, told);
    const events = toFullDisk("events", "-f");
    const noise = setInterval(() => void extension.call("app.broadcast", { event: "x" }), 50);
    assertEquals(await events, told);
    clearInterval(noise);
    assertEquals(await toFullDisk("--help"), told);
  },
);
