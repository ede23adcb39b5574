/** Row 6: tokens are in nobody's output, environment or command line, save where one must be. */

import { assert, assertEquals } from "@std/assert";
import { startTestHost, TestClient } from "../../lib/testing.ts";
import { query } from "../neutralino/wire.ts";
import { linux, needs, node, posix } from "../tools.ts";
import { until } from "../process/real_processes.ts";
import { Program } from "./program.ts";
import { handshake } from "./whole_host.ts";

/** An extension that says everything it knows, in every way it can. */
const BLABBER = `
const { argv, stdout, stderr } = process;
const { writeFileSync, readFileSync, renameSync } = require("node:fs");
const stdin = readFileSync(0, "utf8");
const folder = __dirname;
const write = (stream, text) => new Promise((resolve) => stream.write(text, resolve));
const pause = () => new Promise((resolve) => setTimeout(resolve, 30));
(async () => {
  const token = stdin === "" ? argv.join(" ").match(/--nl-token=(\\S+)/)[1] : JSON.parse(stdin).nlToken;
  const [a, b] = token.split(".");
  for (const stream of [stdout, stderr]) {
    await write(stream, "argv " + JSON.stringify(argv) + "\\n");
    await write(stream, "stdin " + stdin + "\\n");
    await write(stream, "halves " + b + " and ws://localhost/?connectToken=" + b + "&x\\n");
    // At every place around the length at which lines are cut.
    for (let at = 65536 - 110; at <= 65536 + 4; at += 19) {
      await write(stream, "x".repeat(at) + token + "y".repeat(300) + "\\n");
    }
    await write(stream, "z".repeat(200000) + token);
    await write(stream, "\\n");
    for (const part of [token.slice(0, 20), token.slice(20, 60), token.slice(60)]) {
      await write(stream, part);
      await pause();
    }
    await write(stream, "\\nno line end " + token);
    await pause();
    await write(stream, "\\n");
  }
  writeFileSync(folder + "/" + process.argv[2] + ".part", token);
  renameSync(folder + "/" + process.argv[2] + ".part", folder + "/" + process.argv[2] + ".token");
  await write(stdout, process.argv[2] + " has said it all\\n");
  setInterval(() => {}, 1000);
})();
`;
const FILES = { "blabber.cjs": BLABBER };

function blabber(id: string, handshake: string) {
  return { id, handshake, command: `exec node \${NL_PATH}/blabber.cjs ${id}` };
}

const EXTENSIONS = [blabber("b", "both"), blabber("s", "stdin"), blabber("a", "arguments")];

function assertFree(text: string, tokens: string[], where: string): void {
  for (const token of tokens) {
    // Twelve characters of it are no accident.
    for (const half of token.split(".")) {
      for (const piece of [half.slice(0, 12), half.slice(18, 30), half.slice(-12)]) {
        const at = text.indexOf(piece);
        assert(at < 0, `${where}: ...${text.slice(Math.max(0, at - 60), at)}[a piece of a token]`);
      }
    }
  }
}

Deno.test({
  name: "no token is in the log or in what extensions print, however they print it",
  ...needs(node, posix),
  async fn() {
    await using app = await startTestHost({ config: { extensions: EXTENSIONS }, files: FILES });
    const tokens = [app.host.tokens.page, app.host.tokens.backend];
    for (const { id } of EXTENSIONS) {
      await app.printed(`${id} has said it all`, { timeoutMs: 20_000 });
      tokens.push(await Deno.readTextFile(`${app.folder}/${id}.token`));
    }
    await using page = await app.connectPage();
    await page.call("debug.log", { message: `the page logs ${tokens.join(" ")}` });
    await handshake(app, `/?connectToken=x&extensionId=${tokens[2]}`);
    await handshake(app, `/?extensionId=${tokens[2]!.split(".")[1]}`);
    page.send(JSON.stringify({ id: "1", method: tokens[3], accessToken: tokens[3] }));
    await app.printed("the page logs ***");
    assertEquals(new Set(tokens).size, 5);
    assertFree(app.output, tokens, "output");
    assert(app.output.includes("argv ["), "the output was passed on");
    assertFree(await Deno.readTextFile(`${app.folder}/neutralinojs.log`), tokens, "log file");
  },
});

Deno.test({
  name:
    "no token is in an environment, and in argv only that of an extension of the older protocol",
  ...needs(node, linux),
  async fn() {
    const extensions = EXTENSIONS.map(({ id, handshake }) => ({
      id,
      handshake,
      command: `exec node \${NL_PATH}/blabber.cjs ${id}`,
    }));
    await using program = await Program.start({ extensions }, {
      prepare: (folder) => Deno.writeTextFile(`${folder}/blabber.cjs`, BLABBER),
    });
    const tokens = new Map([["backend", program.info.nlToken]]);
    const pids = new Map<string, number>();
    for (const { id } of extensions) {
      await program.printed(`${id} has said it all`);
      tokens.set(id, await Deno.readTextFile(`${program.folder}/${id}.token`));
      pids.set(
        id,
        Number(new RegExp(`"${id}" started: .*\\(process (\\d+),`).exec(program.output)![1]),
      );
    }
    const all = [...tokens.values()];
    for (const [name, pid] of [...pids, ["host", program.pid] as const]) {
      assertFree(await Deno.readTextFile(`/proc/${pid}/environ`), all, `environment of ${name}`);
      const argv = await Deno.readTextFile(`/proc/${pid}/cmdline`);
      const own = name === "a" || name === "b" ? tokens.get(name)! : undefined;
      if (own !== undefined) assert(argv.includes(`--nl-token=${own}`), name);
      assertFree(argv, all.filter((token) => token !== own), `argv of ${name}`);
      if (name === "s") assert(!argv.includes("--nl-"), "stdin only");
    }
    assertFree(program.output, all, "output of the program");
  },
});

Deno.test({
  name: "a token from a command line is worth that extension's grant and dies with its process",
  ...needs(node, posix),
  async fn() {
    const narrow = {
      ...blabber("a", "arguments"),
      nativeAllowList: ["app.getProcessId", "os.*"],
      nativeBlockList: ["os.execCommand"],
    };
    await using app = await startTestHost({
      config: { extensions: [narrow, { id: "driver" }] },
      files: FILES,
    });
    await app.printed("a has said it all", { timeoutMs: 20_000 });
    const stolen = await Deno.readTextFile(`${app.folder}/a.token`);
    const half = stolen.split(".")[1];
    // Neither as a page nor as another extension.
    assertEquals(await handshake(app, `/?connectToken=${half}`), 400);
    assertEquals(await handshake(app, `/?connectToken=${half}&extensionId=driver`), 400);
    const url = `ws://127.0.0.1:${app.host.port}/${query(stolen, "a")}`;
    await using thief = await TestClient.open(url, stolen);
    const outcome = (method: string) =>
      thief.call(method, { key: "k", data: "x", event: "e", code: 3 }).then(
        () => "ok",
        (error) => error.code,
      );
    assertEquals(await outcome("app.getProcessId"), "ok");
    for (const method of ["app.exit", "storage.setData", "events.broadcast", "os.execCommand"]) {
      assertEquals(await outcome(method), "NE_RT_NATPRME", method);
    }
    // The process ends, then the connection: from then on the token opens nothing.
    const pid = Number(/"a" started: .*\(process (\d+),/.exec(app.output)![1]);
    Deno.kill(pid, "SIGKILL");
    await app.printed('Extension "a" ended');
    await thief.close();
    await until(
      async () => await handshake(app, `/${query(stolen, "a")}`) === 400,
      "revocation",
      3000,
    );
    assertEquals(await handshake(app, "/?extensionId=a"), 400);
  },
});
