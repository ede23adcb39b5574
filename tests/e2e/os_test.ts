/** What `os.*` does to the world around the program: its trash, its opener, its processes. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { CallError } from "../../lib/testing.ts";
import { linux, needs } from "../tools.ts";
import { processesWith } from "./processes.ts";
import { HOST, type Program, startProgram } from "./program.ts";

const CONFIG = { defaultMode: "cloud" };

function linuxTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ...needs(linux), fn });
}

linuxTest("os.trashItem moves things to the trash in $XDG_DATA_HOME", async () => {
  const data = await Deno.makeTempDir({ prefix: "outrigger-data-" });
  try {
    await using program = await startProgram({
      config: CONFIG,
      env: { XDG_DATA_HOME: data },
      files: { "größer 1.txt": "content" },
    });
    const client = await program.connect();
    const path = join(await Deno.realPath(program.folder), "größer 1.txt");
    assertEquals(await client.call("os.getPath", { name: "data" }), data);
    assertEquals(await client.call("os.trashItem", { path }), {
      success: true,
      message: `${path} was moved to trash`,
    });
    assertEquals(await Deno.readTextFile(`${data}/Trash/files/größer 1.txt`), "content");
    assertMatch(
      await Deno.readTextFile(`${data}/Trash/info/größer 1.txt.trashinfo`),
      /^\[Trash Info\]\nPath=\/.*\/gr%C3%B6%C3%9Fer%201\.txt\nDeletionDate=\d{4}-[\d-]{5}T[\d:]{8}\n$/,
    );
    const again = await client.call("os.trashItem", { path }).catch((error) => error);
    assertEquals((again as CallError).code, "NE_OS_UNLTRAS");
  } finally {
    await Deno.remove(data, { recursive: true });
  }
});

linuxTest("os.open hands everything over as one argument, whether it opens or not", async () => {
  await using program = await startProgram({ config: CONFIG });
  const client = await program.connect();
  const opened = join(program.folder, "opened.url");
  for (
    const url of ['https://example.org/"$(touch pwned)"`touch pwned`', "/a folder; x", "mailto:a"]
  ) {
    assertEquals(await client.call("os.open", { url }), { success: true });
    await program.eventually(async () => {
      return await Deno.readTextFile(opened).catch(() => "") === url;
    }, { what: `"${url}" in the hands of the opener` });
  }
  await Deno.remove(join(program.folder, "fake/xdg-open"));
  await client.call("os.setEnv", { key: "PATH", value: "/nowhere" });
  assertEquals(await client.call("os.open", { url: "mailto:b" }), { success: true });
  await program.printed('Cannot open "mailto:b"');
});

/** Starts one of each; every process of them has the mark among its arguments. */
async function startCommands(program: Program, mark: string): Promise<void> {
  const client = await program.connect();
  const stay = `sh -c 'while :; do sleep 1; done'`;
  await client.call("os.execCommand", {
    command: `${stay} ${mark}-background; true`,
    background: true,
  });
  await client.call("os.spawnProcess", { command: `${stay} ${mark} & ${stay} ${mark}; true` });
  const { accessToken } = program.auth;
  const data = { command: `${stay} ${mark}; true` };
  client.send(JSON.stringify({ id: "0", method: "os.execCommand", accessToken, data }));
  await program.eventually(() => {
    return processesWith(mark).length === 3 && processesWith(`${mark}-background`).length === 1;
  }, { what: "all processes" });
}

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  linuxTest(`${signal} of the program ends all commands but those in the background`, async () => {
    const mark = `mark-${crypto.randomUUID()}`;
    await using program = await startProgram({ config: CONFIG });
    try {
      await startCommands(program, mark);
      program.signal(signal);
      await program.status;
      await program.eventually(() => processesWith(mark).length === 0, { what: "their end" });
      assertEquals(processesWith(`${mark}-background`).length, 1);
    } finally {
      for (const pid of processesWith(`${mark}-background`)) Deno.kill(pid, "SIGKILL");
    }
  });
}

linuxTest("a command in the background is started although the program ends at once", async () => {
  await using program = await startProgram({ config: CONFIG });
  const client = await program.connect();
  const file = join(program.folder, "restarted");
  const { accessToken } = program.auth;
  const call = (id: string, method: string, data: unknown) =>
    client.send(JSON.stringify({ id, method, accessToken, data }));
  call("1", "os.execCommand", { command: `sleep 0.5; echo up > '${file}'`, background: true });
  call("2", "app.exit", { code: 3 });
  assertEquals((await program.status).code, 3);
  await program.eventually(async () => {
    return await Deno.readTextFile(file).catch(() => "") === "up\n";
  }, { what: "what the command writes" });
});

linuxTest("without stdIn a command reads what the program has as its input", async () => {
  await using program = await startProgram({
    config: CONFIG,
    env: { OUTRIGGER_TEST_SECRET_FREE: "1" },
  });
  const client = await program.connect();
  const { stdOut } = await client.call("os.execCommand", { command: "cat; env" }) as {
    stdOut: string;
  };
  assert(stdOut.includes("OUTRIGGER_TEST_SECRET_FREE=1"));
  const { accessToken, nlConnectToken } = program.auth;
  for (const secret of [accessToken, nlConnectToken]) {
    assert(!stdOut.includes(secret), "no token is in the environment");
  }
  const envs = JSON.stringify(await client.call("os.getEnvs"));
  assert(!envs.includes(nlConnectToken));
});

linuxTest(
  "an environment with bytes that are no UTF-8 keeps no call and no page from its answer",
  async () => {
    await using program = await startProgram({
      config: { ...CONFIG, tokenSecurity: "none" },
      files: {
        "start": `#!/bin/sh
export ODD="$(printf 'a\\377b')" "LC_ALL=$(printf 'de_DE\\377.UTF-8')"
exec env "$(printf 'N\\377=1')" "$@"
`,
      },
      command: [
        "sh",
        "-c",
        `exec sh ./start ${HOST.map((word) => `'${word}'`).join(" ")} --path="$PWD"`,
      ],
    });
    const client = await program.connect();
    assertEquals(await client.call("os.getEnv", { key: "ODD" }), "a\ufffdb");
    const envs = await client.call("os.getEnvs") as Record<string, string>;
    assertEquals([envs.ODD, envs["N\ufffd"], "PATH" in envs], ["a\ufffdb", "1", true]);
    assertEquals(await client.call("os.getLocaleInfo"), {
      locale: "de-DE\ufffd",
      language: "de",
      region: "DE\ufffd",
    });
    const globals = await fetch(`${program.url}/__neutralino_globals.js`);
    assertEquals(globals.status, 200);
    await globals.body?.cancel();
    await client.call("os.setEnv", { key: "ODD", value: "even" });
    assertEquals(await client.call("os.getEnv", { key: "ODD" }), "even");
    assertEquals((await client.call("os.getEnvs") as Record<string, string>).ODD, "even");
  },
);
