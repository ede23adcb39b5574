/**
 * Runs the real program with an app: `OUTRIGGER_BIN` where it is set, else `deno run -A main.ts`.
 *
 * @module
 */

import { dirname, fromFileUrl, join } from "@std/path";
import { type Deadline, TestClient, within } from "../../lib/testing.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const BINARY = Deno.env.get("OUTRIGGER_BIN");
/** Starting may have to wait for a busy machine, milliseconds. */
const START_MS = 30_000;
const LEFTOVERS = new Set([
  "node_modules",
  ".tmp",
  ".storage",
  "neutralinojs.log",
  "logs",
  "status.json",
]);
const STOP_MS = 12_000;

/** The command that runs the host; its own arguments go behind it. */
export const HOST: readonly [program: string, ...args: string[]] = BINARY === undefined
  ? [
    Deno.execPath(),
    "run",
    "-A",
    "--no-lock",
    `--config=${ROOT}deno.json`,
    `${ROOT}main.ts`,
  ]
  : [BINARY];

/** Switches that a browser in a container without display needs. */
export const HEADLESS =
  "--headless=new --no-sandbox --disable-gpu --disable-quic --disable-component-update";

/** What `auth_info.json` holds. */
export interface AuthInfo {
  nlPort: number;
  nlToken: string;
  nlConnectToken: string;
  port: number;
  accessToken: string;
}

/** Settings of {@linkcode startProgram}. */
export interface ProgramOptions {
  /** Keys of `neutralino.config.json` over the test's defaults. `null`: no such file. */
  config?: Record<string, unknown> | null;
  /** Further files of the app. */
  files?: Readonly<Record<string, string | Uint8Array>>;
  /** Prepares the folder in ways that `files` cannot. */
  prepare?: (folder: string) => void | Promise<void>;
  /** Flags behind `--path`. */
  args?: readonly string[];
  /** Runs this instead of {@linkcode HOST} with `--path`; relative to the folder. */
  command?: readonly string[];
  env?: Readonly<Record<string, string>>;
}

/** A folder with an app, removed at the end. */
export async function makeApp(
  { config = {}, files = {}, prepare }: Pick<
    ProgramOptions,
    "config" | "files" | "prepare"
  >,
): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-e2e-" });
  const defaults = {
    applicationId: "js.outrigger.e2e",
    defaultMode: "browser",
    enableServer: true,
    enableNativeAPI: true,
    enableExtensions: true,
    exportAuthInfo: true,
    documentRoot: "/resources/",
    url: "/",
  };
  const all: Record<string, string | Uint8Array> = {
    ...(config === null ? {} : {
      "neutralino.config.json": JSON.stringify({ ...defaults, ...config }),
    }),
    "resources/index.html": "<!doctype html><title>e2e</title>",
    // Tests must not open a browser of the user: xdg-open and its like are this one.
    "fake/xdg-open": '#!/bin/sh\nprintf %s "$1" > "$OPENED_URL"\n',
    "fake/open": '#!/bin/sh\nprintf %s "$1" > "$OPENED_URL"\n',
    ...files,
  };
  for (const [path, content] of Object.entries(all)) {
    const target = join(folder, path);
    await Deno.mkdir(dirname(target), { recursive: true });
    if (typeof content === "string") {
      await Deno.writeTextFile(target, content, { mode: 0o755 });
    } else await Deno.writeFile(target, content);
  }
  await prepare?.(folder);
  return folder;
}

/** Copies a folder, without what running its app left there. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (LEFTOVERS.has(name)) continue;
    if (isDirectory) await copyFolder(join(from, name), join(to, name));
    else await Deno.copyFile(join(from, name), join(to, name));
  }
}

/** Puts an executable file in place that is the host. */
export async function hostExecutable(path: string): Promise<void> {
  if (BINARY !== undefined) return await Deno.copyFile(BINARY, path);
  const words = HOST.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  // Without --path, an executable serves the app beside it; under `deno run` that would be Deno.
  const script = `#!/bin/sh
case " $*" in *" --path="*) exec ${words} "$@" ;; esac
exec ${words} "--path=$(dirname "$0")" "$@"
`;
  await Deno.writeTextFile(path, script, { mode: 0o755 });
}

/** Starts the program with a new app and waits until it is ready: until it has told its port. */
export async function startProgram(
  options: ProgramOptions = {},
): Promise<Program> {
  const program = new Program(await makeApp(options), options);
  try {
    await program.ready();
  } catch (error) {
    await program.stop();
    throw error;
  }
  return program;
}

/** A running program, its app's folder and what it printed. */
export class Program implements AsyncDisposable {
  readonly folder: string;
  readonly pid: number;
  readonly status: Promise<Deno.CommandStatus>;
  readonly #child: Deno.ChildProcess;
  readonly #output = { stdout: "", stderr: "" };
  readonly #reading: Promise<unknown>;
  readonly #clients: TestClient[] = [];
  #auth: AuthInfo | undefined;
  #ended = false;

  /** Starts the program; {@linkcode startProgram} also waits until it is ready. */
  constructor(
    folder: string,
    { args = [], command, env = {} }: ProgramOptions = {},
  ) {
    this.folder = folder;
    const [program, ...rest] = command ??
      [...HOST, `--path=${folder}`, ...args];
    this.#child = new Deno.Command(program!, {
      args: rest,
      cwd: folder,
      env: {
        OPENED_URL: join(folder, "opened.url"),
        NO_COLOR: "1",
        PATH: `${join(folder, "fake")}${Deno.build.os === "windows" ? ";" : ":"}${
          Deno.env.get("PATH")
        }`,
        ...env,
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      detached: true,
    }).spawn();
    this.pid = this.#child.pid;
    this.status = this.#child.status.then((status) => {
      this.#ended = true;
      return status;
    });
    this.#reading = Promise.all([this.#read("stdout"), this.#read("stderr")]);
  }

  get stdout(): string {
    return this.#output.stdout;
  }

  get stderr(): string {
    return this.#output.stderr;
  }

  get port(): number {
    return this.auth.nlPort;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** From `auth_info.json`. */
  get auth(): AuthInfo {
    if (this.#auth === undefined) {
      throw new Error("The program is not ready yet");
    }
    return this.#auth;
  }

  /** Waits for the `auth_info.json` of this very process. */
  async ready(): Promise<void> {
    const file = join(this.folder, ".tmp", "auth_info.json");
    let started = false;
    await this.eventually(async () => {
      if (this.#ended) return true;
      // Its log names the file; a stale one of an earlier run is not ours.
      started = this.stdout.includes("Auth info was exported");
      if (!started) return false;
      this.#auth = JSON.parse(await Deno.readTextFile(file));
      return true;
    }, { timeoutMs: START_MS, what: "auth_info.json" });
    if (!started) {
      throw new Error(`The program ended at its start.\n${this.said}`);
    }
  }

  /** Everything it printed, for messages. */
  get said(): string {
    return `It said:\n${this.stdout}${this.stderr}`;
  }

  /** Connects as a backend that read the auth info, or under an extension's id. */
  async connect(extensionId?: string): Promise<TestClient> {
    const id = extensionId === undefined ? "" : `&extensionId=${extensionId}`;
    const client = await within(
      TestClient.open(
        `ws://127.0.0.1:${this.port}/?connectToken=${this.auth.nlConnectToken}${id}`,
        this.auth.nlToken,
      ),
      10_000,
      "connection to the host",
    );
    this.#clients.push(client);
    return client;
  }

  /** Waits until a condition holds, asking every 25 ms. */
  async eventually(
    condition: () => boolean | Promise<boolean>,
    { timeoutMs = 15_000, what = "fulfilment of a condition" }: Deadline & {
      what?: string;
    } = {},
  ): Promise<void> {
    const end = performance.now() + timeoutMs;
    while (!await condition()) {
      if (performance.now() > end) {
        throw new Error(`No ${what} within ${timeoutMs} ms. ${this.said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** Waits until it has printed a text. */
  printed(text: string, deadline: Deadline = {}): Promise<void> {
    const found = () => this.stdout.includes(text) || this.stderr.includes(text);
    return this.eventually(found, { ...deadline, what: `line with "${text}"` });
  }

  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** How it ended. */
  async ended(
    { timeoutMs = STOP_MS }: Deadline = {},
  ): Promise<Deno.CommandStatus> {
    try {
      return await within(this.status, timeoutMs, "end of the program");
    } catch (error) {
      throw new Error(`${(error as Error).message}. ${this.said}`);
    }
  }

  /** Ends what is left of it and removes its folder. */
  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    // The group, because the program may be one that has started the host.
    if (!this.#ended) this.#signalGroup("SIGTERM");
    await within(this.status, STOP_MS, "end").catch(() => this.#signalGroup("SIGKILL"));
    await this.status;
    // What it left running may hold its output open.
    await within(this.#reading, STOP_MS, "end of the output").catch(() => {
      this.#signalGroup("SIGKILL");
    });
    await this.#reading;
    await Deno.remove(this.folder, { recursive: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #signalGroup(signal: Deno.Signal): void {
    try {
      Deno.kill(Deno.build.os === "windows" ? this.pid : -this.pid, signal);
    } catch {
      // Nothing of the group is left.
    }
  }

  async #read(stream: "stdout" | "stderr"): Promise<void> {
    const text = this.#child[stream].pipeThrough(new TextDecoderStream());
    for await (const part of text) this.#output[stream] += part;
  }
}
