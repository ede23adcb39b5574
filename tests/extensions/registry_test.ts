import { assert, assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { startTestHost, type TestHost } from "../../lib/testing.ts";
import { query, Wire } from "../neutralino/wire.ts";

const POSIX = Deno.build.os !== "windows";

/** A host with one extension whose command is shell text. */
function withCommand(command: string, entry: Record<string, unknown> = {}): Promise<TestHost> {
  return startTestHost({ config: { extensions: [{ id: "js.x", command, ...entry }] } });
}

function posixTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: !POSIX, fn });
}

posixTest("an extension's start is logged with its command, process and credentials", async () => {
  await using app = await withCommand("sleep 60; true");
  await app.printed("started: sleep 60; true");
  assertMatch(
    app.output,
    /INFO .* Extension "js\.x" started: .* \(process \d+, credentials by arguments and stdin\)/,
  );
});

posixTest("an extension's lines come with its id, tokens masked", async () => {
  await using app = await withCommand(`echo "args: $*"; echo err >&2; cat; echo; sleep 60; true`, {
    handshake: "stdin",
  });
  await app.printed("nlExtensionId");
  await app.printed("[js.x] err");
  assertStringIncludes(app.output, `[js.x] {"nlPort":"${app.host.port}","nlToken":"***"`);
});

posixTest("an extension reads JSON and then the end of its stdin", async () => {
  await using app = await withCommand(
    `payload=$(cat); echo "got \${#payload} bytes"; sleep 60; true`,
  );
  await app.printed("[js.x] got ");
  const bytes = Number(/got (\d+) bytes/.exec(app.output)?.[1]);
  assert(bytes > 200 && bytes < 300);
});

posixTest(
  "an extension with handshake arguments has an empty stdin and the published arguments",
  async () => {
    await using app = await withCommand(`sh -c 'wc -c; echo "$1 $3"; sleep 60' x`, {
      handshake: "arguments",
    });
    await app.printed(`[js.x] --nl-port=${app.host.port} --nl-extension-id=js.x`);
    assertStringIncludes(app.output, "[js.x] 0\n");
  },
);

posixTest("a command that is not found is explained at once", async () => {
  await using app = await withCommand("no-such-program-here");
  await app.printed("ended with code 127 before it connected");
  assertStringIncludes(app.output, "is it installed and on PATH?");
  assertStringIncludes(app.output, "no-such-program-here: not found");
});

posixTest(
  "an extension that refuses unknown arguments is pointed to the other handshake",
  async () => {
    await using app = await withCommand("sh -c 'exit 2' x");
    await app.printed(`give its entry "handshake": "stdin"`);
  },
);

posixTest(
  "the end of a host ends what an extension started, and one that ignores SIGTERM",
  async () => {
    const app = await withCommand(
      `trap '' TERM; sleep 300 & echo "child $!"; wait; sleep 300; true`,
    );
    await app.printed("[js.x] child ");
    const child = Number(/child (\d+)/.exec(app.output)?.[1]);
    await app.stop();
    assertFalse(isRunning(child));
  },
);

posixTest("an extension that has put itself into the background is still its process", async () => {
  const app = await withCommand(`(sleep 300 & echo "child $!")`);
  await app.printed("[js.x] child ");
  const child = Number(/child (\d+)/.exec(app.output)?.[1]);
  assert(isRunning(child));
  await app.stop();
  assertFalse(isRunning(child));
});

posixTest("extensions are told windowClose, then their sockets are closed", async () => {
  const app = await startTestHost({ config: { extensions: [{ id: "driver" }] } });
  const driver = await app.connectDriver("driver");
  const page = await app.connectPage();
  await Promise.all([app.host.stop(3), driver.event("windowClose"), driver.closed, page.closed]);
  assertEquals((await driver.closed).code, 1001);
  assertFalse(page.events.some(({ event }) => event === "windowClose"));
  assertEquals(await app.host.stopped, 3);
  await app.stop();
});

Deno.test("entries without a command, duplicates and ids that cannot connect are told of", async () => {
  await using app = await startTestHost({
    config: { extensions: [{ id: "a" }, { id: "a" }, {}, { id: "b", command: null }] },
  });
  assertEquals(app.host.extensions.loaded, ["a", "b"]);
  assertStringIncludes(app.output, `Extension "a" has no command`);
});

Deno.test("what is queued for an extension arrives when it connects, in order", async () => {
  await using app = await startTestHost({ config: { extensions: [{ id: "driver" }] } });
  const page = await app.connectPage();
  for (const data of [1, 2, 3]) {
    await page.call("extensions.dispatch", {
      extensionId: "driver",
      event: "e",
      data,
      queue: true,
    });
  }
  const driver = await app.connectDriver("driver");
  assertEquals([await driver.event("e"), await driver.event("e"), await driver.event("e")], [
    1,
    2,
    3,
  ]);
});

posixTest(
  "an extension's own token is worth its own grant only, and ends with its process",
  async () => {
    await using app = await startTestHost({
      config: {
        extensions: [{
          id: "js.y",
          command: "cat > ${NL_PATH}/given; exec sleep 300 # ",
          nativeAllowList: ["app.*"],
          nativeBlockList: ["app.exit"],
        }],
      },
    });
    await app.eventually(async () => (await read(`${app.folder}/given`)).endsWith("}"));
    const { nlToken } = JSON.parse(await read(`${app.folder}/given`));
    const url = `ws://127.0.0.1:${app.host.port}/${query(nlToken, "js.y")}`;
    const wire = await Wire.open(url);
    const code = async (method: string) => {
      const id = crypto.randomUUID();
      wire.send({ id, method, accessToken: nlToken });
      const { data } = await wire.response(id) as { data: { error?: { code: string } } };
      return data.error?.code;
    };
    assertEquals(await code("app.getConfig"), undefined);
    assertEquals(await code("app.exit"), "NE_RT_NATPRME");
    assertEquals(await code("storage.getKeys"), "NE_RT_NATPRME");
    await wire[Symbol.asyncDispose]();
    const pid = Number(/js\.y" started: .* \(process (\d+)/.exec(app.output)?.[1]);
    Deno.kill(pid, "SIGKILL");
    await app.printed(`Extension "js.y" ended`);
    await app.eventually(() =>
      Wire.open(url).then(async (again) => {
        await again[Symbol.asyncDispose]();
        return false;
      }, () => true)
    );
  },
);

posixTest("an extension that does not connect is asked about after 10 s", async () => {
  await using app = await withCommand("sleep 60; true");
  await app.printed(`Extension "js.x" has not connected within 10 s`, { timeoutMs: 20_000 });
  assertStringIncludes(app.output, "- it connects to another port or host than it was told");
});

Deno.test("a place nobody takes is asked about after 10 s, and why nobody can", async () => {
  await using app = await startTestHost({
    config: { extensions: [{ id: "driver" }], exportAuthInfo: false },
  });
  await app.connectPage();
  await app.printed(`Extension "driver" has not connected within 10 s`, { timeoutMs: 20_000 });
  assertStringIncludes(app.output, `"exportAuthInfo" is off`);
});

async function read(path: string): Promise<string> {
  return await Deno.readTextFile(path).catch(() => "");
}

/** Whether a process lives; a zombie does not. */
function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}
