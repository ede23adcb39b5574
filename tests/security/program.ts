/**
 * The real program as a process of its own, with an app folder of its own.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import { TestClient, within } from "../../lib/testing.ts";
import { query } from "../neutralino/wire.ts";
import { until } from "../process/real_processes.ts";

/** What a backend finds in the auth info file. */
export interface AuthInfo {
  nlPort: number;
  nlToken: string;
}

/** A running program. Ends by SIGKILL at the latest when the test does. */
export class Program implements AsyncDisposable {
  readonly pid: number;
  readonly status: Promise<Deno.CommandStatus>;
  readonly folder: string;
  readonly #child: Deno.ChildProcess;
  readonly #clients: TestClient[] = [];
  readonly #read: Promise<void>[];
  /** Everything it wrote to both outputs so far. */
  output = "";
  /** Filled once it is ready. */
  info: AuthInfo = { nlPort: 0, nlToken: "" };

  private constructor(child: Deno.ChildProcess, folder: string) {
    this.#child = child;
    this.pid = child.pid;
    this.status = child.status;
    this.folder = folder;
    this.#read = [child.stdout, child.stderr].map(async (stream) => {
      for await (const text of stream.pipeThrough(new TextDecoderStream())) this.output += text;
    });
  }

  /**
   * Starts it and waits until its extensions are started too.
   *
   * @param config on top of a server with native API, extensions and auth info
   * @param options.prepare fills the app's folder before
   * @param options.main the module to run instead of the program itself
   */
  static async start(
    config: Record<string, unknown>,
    options: { prepare?: (folder: string) => Promise<void>; main?: string; ready?: string } = {},
  ): Promise<Program> {
    const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "outrigger-program-" }));
    await Deno.writeTextFile(
      join(folder, "neutralino.config.json"),
      JSON.stringify({
        applicationId: "js.outrigger.test",
        // The one mode in which nothing is opened.
        defaultMode: "cloud",
        enableServer: true,
        enableNativeAPI: true,
        enableExtensions: true,
        exportAuthInfo: true,
        ...config,
      }),
    );
    await options.prepare?.(folder);
    const main = options.main ?? fromFileUrl(new URL("../../main.ts", import.meta.url));
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", main, `--path=${folder}`],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const program = new Program(child, folder);
    try {
      await program.printed(options.ready ?? "Auth info was exported");
      if (options.ready === undefined) {
        const path = join(folder, ".tmp", "auth_info.json");
        program.info = JSON.parse(await Deno.readTextFile(path));
      }
    } catch (error) {
      await program[Symbol.asyncDispose]();
      throw error;
    }
    return program;
  }

  /** Waits until the output holds a text. */
  printed(text: string, ms = 20_000): Promise<void> {
    return until(() => this.output.includes(text), `"${text}" in:\n${this.output}`, ms);
  }

  /** Connects as a backend that read the auth info, under an extension's id or as an app client. */
  async connect(extensionId?: string): Promise<TestClient> {
    const { nlPort, nlToken } = this.info;
    const url = `ws://127.0.0.1:${nlPort}/${query(nlToken, extensionId)}`;
    const client = await within(TestClient.open(url, nlToken), 10_000, "connection");
    this.#clients.push(client);
    return client;
  }

  /** Sends a signal. */
  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.status;
    // What its children hold open ends with the watchdog.
    await Promise.all(this.#read);
    await Deno.remove(this.folder, { recursive: true });
  }
}
