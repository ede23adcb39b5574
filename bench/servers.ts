/**
 * Servers that are measured, as child processes.
 *
 * @module
 */

import { join } from "@std/path";
import type { AppFolder, AuthInfo } from "./app_folder.ts";
import type { BaselineName, Program, StartCommand } from "./programs.ts";

const START_DEADLINE_MS = 10_000;
const STOP_DEADLINE_MS = 8000;

/** A running process that listens. */
export class Server implements AsyncDisposable {
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #output: Promise<unknown>;
  #text = "";

  constructor({ program, args }: StartCommand) {
    this.#child = new Deno.Command(program, {
      args,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      env: { NO_COLOR: "1" },
    }).spawn();
    this.pid = this.#child.pid;
    const { stdout, stderr } = this.#child;
    this.#output = Promise.all([this.#read(stdout), this.#read(stderr)]);
  }

  /** Waits until the output holds a text; @returns what it matched */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    const end = performance.now() + START_DEADLINE_MS;
    for (;;) {
      const match = pattern.exec(this.#text);
      if (match !== null) return match;
      if (performance.now() > end) {
        throw new Error(`a server did not start; it said: ${this.#text}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  async stop(): Promise<void> {
    const kill = (signal: Deno.Signal) => {
      try {
        this.#child.kill(signal);
      } catch {
        // It has ended.
      }
    };
    kill("SIGTERM");
    const timer = setTimeout(() => kill("SIGKILL"), STOP_DEADLINE_MS);
    await this.#child.status;
    clearTimeout(timer);
    await this.#output;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      if (this.#text.length < 10_000) this.#text += text;
    }
  }
}

/** A server and its port. */
export interface Listening extends AsyncDisposable {
  pid: number;
  port: number;
}

/** A host, and what a backend knows of it. */
export interface ListeningHost extends Listening {
  auth: AuthInfo;
}

/** Starts a baseline on a free port. */
export function startBaseline(program: Program, name: BaselineName): Promise<Listening> {
  return startBare(program.baseline(name));
}

/** Starts a program that prints its port first. */
export async function startBare(command: StartCommand): Promise<Listening> {
  const server = new Server(command);
  try {
    const [, port] = await server.printed(/^(\d+)\n/);
    return listening(server, Number(port));
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Starts the host on a free port. */
export async function startHost(program: Program, app: AppFolder): Promise<ListeningHost> {
  const { program: path, args } = program.host;
  await app.forget();
  const server = new Server({ program: path, args: [...args, `--path=${app.path}`] });
  try {
    await server.printed(/Auth info was exported/);
    const auth = app.auth();
    if (auth === undefined) throw new Error(`no auth info in ${join(app.path, ".tmp")}`);
    return { ...listening(server, auth.port), auth };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

function listening(server: Server, port: number): Listening {
  return { pid: server.pid, port, [Symbol.asyncDispose]: () => server.stop() };
}
