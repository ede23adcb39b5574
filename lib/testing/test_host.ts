/**
 * A host in the process of a test, with an app folder of its own.
 *
 * @module
 */

import { dirname, join, resolve, SEPARATOR } from "@std/path";
import { type Host, startHost } from "../host.ts";
import type { HostOptions } from "../host/host_options.ts";
import { LineWriter } from "../line_writer.ts";
import { HostLog } from "../log.ts";
import { type Deadline, TestClient, within } from "./test_client.ts";

/** Settings of {@linkcode startTestHost}. */
export interface TestHostOptions
  extends Pick<HostOptions, "methods" | "input" | "trustedCertificates"> {
  /**
   * The app's configuration. Server, native API, extensions and the export of the auth info are on
   * and the mode is `browser` (nothing is opened) unless it says otherwise; the port is free.
   */
  config?: Record<string, unknown>;
  /** Files of the app by path, such as `"index.html"`. */
  files?: Record<string, string | Uint8Array>;
  /** Further flags. */
  args?: readonly string[];
}

/** A running host, its folder, and connections to it. */
export class TestHost implements AsyncDisposable {
  /** The host itself. */
  readonly host: Host;
  /** The app's folder; removed at the end. `os.trashItem` moves what is in it to `Trash`. */
  readonly folder: string;
  /** What `os.open` was asked to open, oldest first. Nothing is opened. */
  readonly opened: string[];
  readonly #output: string[];
  readonly #clients: TestClient[] = [];
  #stopping: Promise<void> | undefined;

  /** Use {@linkcode startTestHost}. */
  constructor(host: Host, options: { folder: string; opened: string[]; output: string[] }) {
    this.host = host;
    this.folder = options.folder;
    this.opened = options.opened;
    this.#output = options.output;
  }

  /** Log records and what extensions printed, so far. */
  get output(): string {
    return this.#output.join("");
  }

  /** Connects as a page of the app. */
  connectPage(): Promise<TestClient> {
    return this.#connect(this.host.tokens.page);
  }

  /** Connects as a backend that read `auth_info.json`. */
  connectBackend(): Promise<TestClient> {
    return this.#connect(this.host.tokens.backend);
  }

  /** Connects as a backend under the id of an extension without a command. */
  connectDriver(extensionId: string): Promise<TestClient> {
    return this.#connect(this.host.tokens.backend, extensionId);
  }

  /** Waits until an extension is connected. */
  extensionConnected(id: string, { timeoutMs = 10_000 }: Deadline = {}): Promise<void> {
    return this.eventually(() => this.host.extensions.connected.includes(id), {
      timeoutMs,
      what: `connection of extension "${id}". The host said:\n${this.output}`,
    });
  }

  /** Waits until the output holds a text. */
  printed(text: string, { timeoutMs = 5000 }: Deadline = {}): Promise<void> {
    return this.eventually(() => this.output.includes(text), {
      timeoutMs,
      what: `line with "${text}"`,
    });
  }

  /** Waits until a condition holds; asks every 10 ms. */
  async eventually(
    condition: () => boolean | Promise<boolean>,
    { timeoutMs = 5000, what = "fulfilment of a condition" }: Deadline & { what?: string } = {},
  ): Promise<void> {
    const end = performance.now() + timeoutMs;
    while (!await condition()) {
      if (performance.now() > end) throw new Error(`No ${what} within ${timeoutMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Closes the connections, stops the host and removes its folder; once, however often it is asked. */
  stop(): Promise<void> {
    return this.#stopping ??= this.#stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.host.stop();
    await Deno.remove(this.folder, { recursive: true });
  }

  async #connect(token: string, extensionId?: string): Promise<TestClient> {
    const id = extensionId === undefined ? "" : `&extensionId=${extensionId}`;
    const query = `?connectToken=${token.split(".")[1]}${id}`;
    const client = await within(
      TestClient.open(`ws://127.0.0.1:${this.host.port}/${query}`, token),
      5000,
      "connection to the host",
    );
    this.#clients.push(client);
    return client;
  }
}

/**
 * Starts a host on a free port in a temporary app folder.
 *
 * @example
 * ```ts
 * import { startTestHost } from "./test_host.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using app = await startTestHost({ config: { extensions: [{ id: "js.driver" }] } });
 * const extension = await app.connectDriver("js.driver");
 * const page = await app.connectPage();
 * await page.call("extensions.dispatch", { extensionId: "js.driver", event: "ping", data: 1 });
 * assertEquals(await extension.event("ping"), 1);
 * ```
 */
export async function startTestHost(options: TestHostOptions = {}): Promise<TestHost> {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-test-" });
  const output: string[] = [];
  const opened: string[] = [];
  try {
    const config = {
      applicationId: "js.outrigger.test",
      defaultMode: "browser",
      enableServer: true,
      enableNativeAPI: true,
      enableExtensions: true,
      exportAuthInfo: true,
      ...options.config,
    };
    const files = { "neutralino.config.json": JSON.stringify(config), ...options.files };
    for (const [path, content] of Object.entries(files)) {
      const target = join(folder, path);
      await Deno.mkdir(dirname(target), { recursive: true });
      if (typeof content === "string") await Deno.writeTextFile(target, content);
      else await Deno.writeFile(target, content);
    }
    const decoder = new TextDecoder();
    const sink = {
      write(bytes: Uint8Array) {
        output.push(decoder.decode(bytes));
        return Promise.resolve(bytes.length);
      },
    };
    const { methods, input, trustedCertificates } = options;
    const host = await startHost({
      args: [`--path=${folder}`, ...options.args ?? []],
      log: new HostLog({ out: new LineWriter(sink) }),
      show: false,
      desktop: {
        open: (target) => void opened.push(target),
        async trash(path) {
          // It goes with the folder in the end, so nothing else may get there.
          if (!resolve(path).startsWith(folder + SEPARATOR)) {
            throw new Error(`"${path}" is not below the folder of the test`);
          }
          const { moveToTrashFolder } = await import("../filesystem/trash_folder.ts");
          await moveToTrashFolder(path, { dataHome: folder, uid: Deno.uid() ?? 0 });
        },
      },
      ...(methods === undefined ? {} : { methods }),
      ...(input === undefined ? {} : { input }),
      ...(trustedCertificates === undefined ? {} : { trustedCertificates }),
    });
    return new TestHost(host, { folder, opened, output });
  } catch (error) {
    await Deno.remove(folder, { recursive: true });
    throw error;
  }
}
