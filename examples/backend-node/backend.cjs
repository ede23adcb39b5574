/**
 * A program on Node that starts the host, talks to it and stops it: the current way.
 *
 * The host says in .tmp/auth_info.json how to connect: `nlPort`, `nlToken` and `nlConnectToken`. The
 * program connects beside the app's pages and gets the events that they get. Exit code 0 when
 * everything went well, else 1.
 */

const { spawn } = require("node:child_process");
const { randomUUID } = require("node:crypto");
const { once } = require("node:events");
const { readFile, rm } = require("node:fs/promises");
const { join } = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");
const WebSocket = require("ws");

const AUTH_INFO = join(__dirname, ".tmp", "auth_info.json");

/** Starts the host that OUTRIGGER names, or the one of this repository. */
async function startHost() {
  const { OUTRIGGER } = process.env;
  const [program, ...args] = OUTRIGGER
    ? [OUTRIGGER]
    : ["deno", "run", "-A", join(__dirname, "../../main.ts")];
  // A file of an earlier run, which did not end in good order, would lead nowhere.
  await rm(AUTH_INFO, { force: true });
  const host = spawn(program, [...args, `--path=${__dirname}`], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  await once(host, "spawn");
  return host;
}

/** Waits until the host has written its auth info: then it listens. */
async function readAuthInfo(host, seconds = 30) {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    if (host.exitCode !== null) {
      throw new Error(`The host ended at its start, with code ${host.exitCode}`);
    }
    try {
      // The file is written under another name first: it is never read half.
      return JSON.parse(await readFile(AUTH_INFO, "utf8"));
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
      await sleep(50);
    }
  }
  throw new Error(`No ${AUTH_INFO} within ${seconds} s`);
}

/** Calls and events over one WebSocket. */
class Connection {
  #token;
  #socket;
  #calls = new Map();
  #listeners = new Map();

  constructor(socket, token) {
    this.#socket = socket;
    this.#token = token;
    socket.on("message", (text) => this.#receive(JSON.parse(text)));
    socket.on("close", () => {
      for (const { reject } of this.#calls.values()) reject(new Error("The connection is closed"));
    });
  }

  static async open({ nlPort, nlToken, nlConnectToken }) {
    const socket = new WebSocket(`ws://127.0.0.1:${nlPort}?connectToken=${nlConnectToken}`);
    await once(socket, "open");
    return new Connection(socket, nlToken);
  }

  /** The `returnValue` of a native method. */
  call(method, data) {
    const id = randomUUID();
    this.#socket.send(JSON.stringify({ id, method, accessToken: this.#token, data }));
    return new Promise((resolve, reject) => this.#calls.set(id, { resolve, reject }));
  }

  /** The data of the next event of a name. */
  event(name, seconds = 20) {
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`No event "${name}" within ${seconds} s`));
      const timer = setTimeout(late, seconds * 1000);
      this.#listeners.set(name, (data) => {
        clearTimeout(timer);
        resolve(data);
      });
    });
  }

  close() {
    this.#socket.close();
  }

  #receive({ id, event, data }) {
    if (id === undefined) {
      this.#listeners.get(event)?.(data);
      return;
    }
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (data.error) call?.reject(new Error(data.error.message));
    else call?.resolve(data.returnValue);
  }
}

async function talk(connection) {
  const { version } = await connection.call("app.getConfig");
  const { name } = await connection.call("computer.getOSInfo");
  console.log(`Connected to the host of version ${version} of this app, on ${name}.`);

  // With `queue` the host keeps the event until the extension is connected.
  const numbers = [1, 2, 3, 4];
  const answered = connection.event("sumResult");
  const question = { extensionId: "js.worker", event: "sum", data: numbers, queue: true };
  await connection.call("extensions.dispatch", question);
  const answer = await answered;
  console.log(`The worker says that the sum of ${numbers.join(", ")} is ${answer}.`);
  if (answer !== 10) throw new Error("That is wrong");
}

async function main() {
  const host = await startHost();
  const ended = once(host, "exit");
  const deadline = setTimeout(() => host.kill("SIGKILL"), 60_000);
  try {
    const connection = await Connection.open(await readAuthInfo(host));
    await talk(connection);
    connection.close();
  } finally {
    host.kill("SIGTERM");
    const [code, signal] = await ended;
    clearTimeout(deadline);
    console.log(`The host ended with ${signal ?? `code ${code}`}.`);
    // 128 + 15: it was asked to end by SIGTERM. Windows knows no such request.
    if (code !== 143 && process.platform !== "win32") process.exitCode = 1;
  }
}

main().catch((error) => {
  console.error(`Failed: ${error.message}`);
  process.exitCode = 1;
});
