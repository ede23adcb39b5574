/** Extensions written with the unmodified libraries of AirDC++, run by the real program. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { packageJson } from "../airdcpp/packages_host.ts";
import { linux, needs, node, pathOf, python3 as anyPython } from "../tools.ts";
import { LIBRARIES, PROBE, ProbeHost, remoteScript, startProbe } from "./airdcpp_probe.ts";
import { isRunning } from "./processes.ts";
import { startProgram } from "./program.ts";

interface LogLine {
  text: string;
  severity: string;
  label: string;
}

async function eventLog(host: ProbeHost): Promise<LogLine[]> {
  return (await host.ask("GET events/0")).data as LogLine[];
}

async function isReady(host: ProbeHost): Promise<void> {
  await host.says("started 10");
  await host.program.eventually(async () => (await host.details()).state === "connected");
}

for (const libraries of LIBRARIES) {
  const { name } = libraries;
  const tools = needs(node, libraries.modules, linux);

  Deno.test(`${name}: from start to stop, and again with what was saved`, tools, async () => {
    await using host = await startProbe(libraries);
    await isReady(host);
    await host.says("greeting hello");
    const settings = `extensions/${PROBE}/settings`;
    assertEquals(
      (await host.ask(`GET ${settings}`)).data,
      { greeting: "hello", interval: 60 },
    );
    assertEquals((await host.ask(`GET ${settings}/definitions`)).status, 200);
    const file = `${host.root}/settings/config.json`;
    assertEquals(await Deno.stat(file).then(() => true, () => false), false);

    assertEquals((await host.ask(`PATCH ${settings}`, { greeting: "hei" })).status, 204);
    await host.program.eventually(() => Deno.stat(file).then(() => true, () => false));
    let saved = "";
    await host.program.eventually(async () => (saved = await Deno.readTextFile(file)) !== "");
    assertEquals(saved, JSON.stringify({ version: 1, settings: { greeting: "hei" } }, null, 2));

    const ids = { selected_ids: [PROBE] };
    const menu = (await host.ask("POST menus/extension/list_grouped", ids)).data as {
      id: string;
      title: string;
      items: { id: string; hook_id: string }[];
    }[];
    assertEquals(menu.map(({ id, title }) => [id, title]), [[PROBE, "Menu"]]);
    assertEquals(menu[0]!.items.map(({ id, hook_id }) => [id, hook_id]), [["say", PROBE]]);
    const choice = { ...ids, hook_id: PROBE, menuitem_id: "say" };
    assertEquals((await host.ask("POST menus/extension/select", choice)).status, 204);
    await host.says("selected say");
    const refused = { selected_ids: ["airdcpp-refused"] };
    assertEquals((await host.ask("POST menus/extension/list_grouped", refused)).data, []);
    const { text, label } = (await eventLog(host)).find(({ label }) => label === PROBE)!;
    assertEquals([text, label], ["started", PROBE]);

    const { pid } = await host.details() as { pid: number };
    assertEquals((await host.ask(`POST extensions/${PROBE}/stop`)).status, 204);
    assertEquals(isRunning(pid), false);
    await host.says("stopped");
    const stopped = await host.details();
    assertEquals(
      [stopped.state, (stopped.last_exit as { code: number }).code],
      ["stopped", 0],
    );
    const gone = JSON.stringify({ version: 1, settings: { greeting: "saved", gone: 1 } });
    await Deno.writeTextFile(file, gone);
    assertEquals((await host.ask(`POST extensions/${PROBE}/start`)).status, 204);
    await host.says("greeting saved");
    await host.says("started 10", { times: 2 });
    assertEquals(
      (await host.ask(`GET ${settings}`)).data,
      { greeting: "saved", interval: 60 },
    );
  });

  Deno.test(
    `${name}: it signals that it is ready; one whose start does not end is named`,
    tools,
    async () => {
      const server = { extensions_init_timeout: 3 };
      await using never = await startProbe(libraries, { mode: "never", server });
      await using host = await startProbe(libraries, { server });
      await isReady(host);
      const late = `"${PROBE}" has not become ready within 3 s`;
      await never.program.printed(late);
      assert((await eventLog(never)).some(({ text }) => text === late));
      assertEquals((await never.details()).state, "connected");
      // The other one has had as long in the meantime, or nearly.
      await host.program.eventually(async () => (await host.details()).uptime_ms as number > 3500);
      assert(!host.program.stdout.includes(late));
      assertEquals((await eventLog(host)).map(({ severity }) => severity), ["info"]);
    },
  );

  Deno.test(`${name}: the end of the host ends it, with code 0`, tools, async () => {
    await using host = await startProbe(libraries);
    await isReady(host);
    const { program } = host;
    const { pid } = await host.details() as { pid: number };
    assert(isRunning(pid));
    program.signal("SIGTERM");
    await program.ended();
    assertEquals(isRunning(pid), false);
    assertMatch(program.stdout, /probe: stopped/);
  });

  Deno.test(
    `${name}: DELETE sessions/self ends it for good, and the log says so`,
    tools,
    async () => {
      await using host = await startProbe(libraries, { mode: "logout" });
      await host.program.eventually(async () => (await host.details()).state === "failed");
      const { last_exit, restarts } = await host.details();
      assertEquals([(last_exit as { code: number }).code, restarts], [1, 0]);
      const line = (await eventLog(host)).find(({ severity }) => severity === "error");
      assertMatch(line?.text ?? "", /airdcpp-probe.*error\.log/);
    },
  );

  Deno.test(`${name}: what is refused ends it, unless the grant says compat`, tools, async () => {
    await using host = await startProbe(libraries, { mode: "refused" });
    await host.program.eventually(async () => (await host.details()).state === "failed");
    assertEquals(((await host.details()).last_exit as { code: number }).code, 1);
    await using other = await startProbe(libraries, { mode: "refused", foreignModules: "compat" });
    await isReady(other);
    assertEquals((await other.details()).last_exit, null);
  });

  Deno.test(`${name}: exit 124 asks to be started again after 3 s`, tools, async () => {
    await using host = await startProbe(libraries, { mode: "again" });
    await host.program.eventually(async () => (await host.details()).state === "restarting");
    const ended = performance.now();
    const line = (await eventLog(host)).find(({ text }) =>
      /start/.test(text) && /again/.test(text)
    );
    assertEquals(line?.severity, "info");
    await host.says("started 10", { times: 2 });
    const ms = performance.now() - ended;
    assert(ms > 2500 && ms < 8000, `${ms} ms`);
    await host.program.eventually(async () => (await host.details()).restarts === 2);
  });

  Deno.test(`${name}: the crash of the host ends it`, tools, async () => {
    await using host = await startProbe(libraries);
    await isReady(host);
    const { program } = host;
    const { pid } = await host.details() as { pid: number };
    assert(isRunning(pid));
    program.signal("SIGKILL");
    await program.ended();
    await program.eventually(() => !isRunning(pid), {
      timeoutMs: 15_000,
      what: "end of the extension",
    });
  });

  Deno.test(`${name}: one that was frozen is started anew`, tools, async () => {
    await using host = await startProbe(libraries, { disabled: true });
    const fast = { ping_interval: 1, ping_timeout: 1 };
    assertEquals((await host.ask("POST settings/set", fast)).status, 204);
    assertEquals((await host.ask(`POST extensions/${PROBE}/start`)).status, 204);
    await isReady(host);
    const { pid } = await host.details() as { pid: number };
    Deno.kill(pid, "SIGSTOP");
    try {
      await host.program.eventually(async () => {
        const { data } = await host.ask("GET extensions");
        return (data as unknown[]).length === 1 && (await host.details()).state !== "connected";
      });
    } finally {
      Deno.kill(pid, "SIGCONT");
    }
    await host.says("started 10", { times: 2 });
    const { last_exit } = await host.details();
    assertEquals((last_exit as { code: number }).code, 124);
  });

  Deno.test(`${name}: a frozen one is stopped by force`, tools, async () => {
    await using host = await startProbe(libraries);
    await isReady(host);
    const { pid } = await host.details() as { pid: number };
    Deno.kill(pid, "SIGSTOP");
    assertEquals((await host.ask(`POST extensions/${PROBE}/stop`)).status, 204);
    assertEquals(isRunning(pid), false);
    assertEquals((await host.details()).state, "stopped");
  });

  Deno.test(`${name}: without appPid its signs of life are answered`, tools, async () => {
    await using host = await startProbe(libraries, { appPid: false });
    await isReady(host);
    const client = await host.program.connect();
    const frames = async () => {
      const { traffic } = await client.call("extensions.getInfo", { extensionId: PROBE }) as {
        traffic: { framesIn: number };
      };
      return traffic.framesIn;
    };
    const before = await frames();
    await host.program.eventually(async () => await frames() >= before + 2, { timeoutMs: 20_000 });
    const { state, restarts } = await host.details();
    assertEquals([state, restarts], ["connected", 0]);
  });

  Deno.test(
    `${name}: RemoteExtension registers itself, and again whenever it is back`,
    tools,
    async () => {
      await using host = await startProbe(libraries, { disabled: true });
      const { program } = host;
      const fast = { ping_interval: 1, ping_timeout: 1 };
      await host.ask("POST settings/set", fast);
      const folder = join(program.folder, "remote");
      await Deno.mkdir(join(folder, "data"), { recursive: true });
      await Deno.symlink(pathOf(libraries.modules), join(folder, "node_modules"));
      const script = join(folder, libraries.main);
      await Deno.writeTextFile(script, remoteScript(libraries));
      const remote = new Deno.Command("node", {
        args: [script, `ws://127.0.0.1:${program.port}/api/v1/`, join(folder, "data")],
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const output = { text: "" };
      const reading = Promise.all(
        [remote.stdout, remote.stderr].map(async (stream) => {
          for await (const part of stream.pipeThrough(new TextDecoderStream())) output.text += part;
        }),
      );
      const path = "extensions/airdcpp-remote-dev";
      const isThere = async () => (await host.ask(`GET ${path}`)).status === 200;
      const started = (times: number) =>
        program.eventually(() => output.text.split("probe: started 10").length > times, {
          what: `start ${times}. It said ${output.text}`,
        });
      try {
        await started(1);
        const own = (await host.ask(`GET ${path}`)).data as Record<string, unknown>;
        assertEquals([own.managed, own.running, own.has_settings], [false, false, true]);
        assertEquals((await host.ask(`PATCH ${path}/settings`, { greeting: "hei" })).status, 204);
        await program.eventually(() => output.text.includes(`updated {"greeting":"hei"}`));
        // Its connection is lost: it comes back with its token.
        Deno.kill(remote.pid, "SIGSTOP");
        await program.eventually(async () => !await isThere(), { what: "end of the registration" });
        Deno.kill(remote.pid, "SIGCONT");
        await started(2);
        assert(await isThere());
        // Its session is ended: it logs in again.
        const { data: sessions } = await host.ask("GET sessions");
        const { id } = (sessions as { id: number; user: { username: string } }[])
          .find(({ user }) => user.username === "admin")!;
        assertEquals((await host.ask(`DELETE sessions/${id}`)).status, 204);
        await started(3);
        assert(await isThere());
      } finally {
        Deno.kill(remote.pid, "SIGCONT");
        Deno.kill(remote.pid, "SIGKILL");
        await Promise.all([remote.status, reading]);
      }
      await program.eventually(async () => !await isThere());
    },
  );
}

const PYTHON = `
import argparse, json, signal, sys, urllib.request
parser = argparse.ArgumentParser()
for name in ["name", "apiUrl", "authToken", "logPath", "settingsPath", "appPid"]:
    parser.add_argument("--" + name, required=True)
parser.add_argument("--debug", action="store_true")
parser.add_argument("--signalReady", action="store_true")
args = parser.parse_args()
text = "Test message sent by extension " + args.name
request = urllib.request.Request(
    "http://" + args.apiUrl + "events",
    data=json.dumps({"text": text, "severity": "info"}).encode(),
    headers={"Authorization": args.authToken, "Content-Type": "application/json"},
)
with urllib.request.urlopen(request) as response:
    print("answer", response.status, flush=True)
signal.pause()
`;

Deno.test(
  "an extension in Python over HTTP alone: in, the event log, ended by SIGTERM",
  needs(anyPython, linux),
  async () => {
    const root = "packages/airdcpp-python";
    const manifest = { main: "main.py", engines: { python3: "*" } };
    const program = await startProgram({
      config: { packages: { enabled: true } },
      files: {
        [`${root}/package/package.json`]: packageJson("airdcpp-python", manifest),
        [`${root}/package/main.py`]: PYTHON,
      },
    });
    await using host = new ProbeHost(program, "airdcpp-python");
    await program.printed("answer 204");
    const [line] = await eventLog(host);
    assertEquals(
      [line!.text, line!.label],
      ["Test message sent by extension airdcpp-python", "airdcpp-python"],
    );
    const { state, pid } = await host.details() as { state: string; pid: number };
    assertEquals(state, "connected");
    assertEquals((await host.ask("POST extensions/airdcpp-python/stop")).status, 204);
    assertEquals([isRunning(pid), (await host.details()).state], [false, "stopped"]);
    assertEquals((await eventLog(host)).length, 1);
  },
);
