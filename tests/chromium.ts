/**
 * Drives a headless Chromium over the DevTools protocol: as much of it as the tests need.
 *
 * @module
 */

import { within } from "../lib/testing.ts";
import { chromium, pathOf } from "./tools.ts";

const SWITCHES = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--remote-debugging-port=0",
  "about:blank",
];
const COMMAND_MS = 20_000;

type Result = Record<string, unknown>;
interface Message {
  id?: number;
  sessionId?: string;
  method?: string;
  params?: Result;
  result?: Result;
  error?: { message: string };
}

/** A running Chromium with a profile of its own. */
export class Browser implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #profile: string;
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (message: Message) => void>();
  readonly #pages = new Map<string, Page>();
  readonly #drained: Promise<unknown>;
  #nextId = 1;

  private constructor(
    parts: {
      child: Deno.ChildProcess;
      profile: string;
      socket: WebSocket;
      drained: Promise<unknown>;
    },
  ) {
    this.#child = parts.child;
    this.#profile = parts.profile;
    this.#socket = parts.socket;
    this.#drained = parts.drained;
    this.#socket.addEventListener(
      "message",
      ({ data }) => this.#receive(JSON.parse(data)),
    );
  }

  /** Starts a Chromium. */
  static async start(): Promise<Browser> {
    const profile = await Deno.makeTempDir({ prefix: "outrigger-chromium-" });
    const child = new Deno.Command(pathOf(chromium), {
      args: [
        ...SWITCHES.slice(0, -1),
        `--user-data-dir=${profile}`,
        ...SWITCHES.slice(-1),
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      detached: true,
    }).spawn();
    const { promise: found, resolve } = Promise.withResolvers<string>();
    const drained = (async () => {
      let text = "";
      for await (
        const part of child.stderr.pipeThrough(new TextDecoderStream())
      ) {
        text += part;
        const url = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
        if (url !== undefined) resolve(url);
      }
    })();
    const url = await within(
      found,
      COMMAND_MS,
      "address of Chromium's DevTools",
    );
    const socket = new WebSocket(url);
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    return new Browser({ child, profile, socket, drained });
  }

  /** Opens a page in a context without history: no session storage of another page. */
  async open(url: string): Promise<Page> {
    const { browserContextId } = await this.send("Target.createBrowserContext");
    const { targetId } = await this.send("Target.createTarget", {
      url: "about:blank",
      browserContextId,
    });
    const { sessionId } = await this.send("Target.attachToTarget", {
      targetId,
      flatten: true,
    });
    const page = new Page(this, String(sessionId));
    this.#pages.set(String(sessionId), page);
    await page.send("Page.enable");
    await page.send("Runtime.enable");
    await page.goto(url);
    return page;
  }

  /** One command of the protocol. */
  async send(
    method: string,
    params: Result = {},
    sessionId?: string,
  ): Promise<Result> {
    const id = this.#nextId++;
    const answer = new Promise<Message>((resolve) => this.#answers.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    const { error, result } = await within(
      answer,
      COMMAND_MS,
      `answer to ${method}`,
    );
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.addEventListener("close", resolve));
    await this.send("Browser.close").catch(() => {});
    this.#socket.close();
    await within(closed, 3000, "end of the DevTools connection").catch(
      () => {},
    );
    await within(this.#child.status, 5000, "end of Chromium").catch(() => {});
    try {
      Deno.kill(-this.#child.pid, "SIGKILL");
    } catch {
      // The whole group has ended.
    }
    await this.#child.status;
    await this.#drained;
    await Deno.remove(this.#profile, { recursive: true });
  }

  #receive(message: Message): void {
    if (message.id !== undefined) {
      this.#answers.get(message.id)?.(message);
      this.#answers.delete(message.id);
    } else if (message.sessionId !== undefined) {
      this.#pages.get(message.sessionId)?.receive(
        message.method!,
        message.params ?? {},
      );
    }
  }
}

/** One page. */
export class Page {
  /** What it wrote to the console, and its uncaught errors. */
  readonly console: string[] = [];
  readonly #browser: Browser;
  readonly #session: string;
  #loaded: (() => void) | undefined;

  constructor(browser: Browser, session: string) {
    this.#browser = browser;
    this.#session = session;
  }

  send(method: string, params: Result = {}): Promise<Result> {
    return this.#browser.send(method, params, this.#session);
  }

  /** Loads a URL and waits for its load event. */
  goto(url: string): Promise<void> {
    return this.#load(() => this.send("Page.navigate", { url }));
  }

  reload(): Promise<void> {
    return this.#load(() => this.send("Page.reload"));
  }

  /** The value of an expression in the page; a promise is awaited. */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    }) as {
      result: { value?: unknown };
      exceptionDetails?: { exception?: Result; text: string };
    };
    if (exceptionDetails !== undefined) {
      const { exception, text } = exceptionDetails;
      throw new Error(
        `In the page: ${exception?.description ?? JSON.stringify(exception) ?? text}`,
      );
    }
    return result.value;
  }

  /** Waits until an expression is true in the page. */
  async until(expression: string, timeoutMs = 15_000): Promise<void> {
    const end = performance.now() + timeoutMs;
    while (await this.evaluate(expression) !== true) {
      if (performance.now() > end) {
        const text = await this.evaluate("document.body?.innerText ?? ''");
        throw new Error(
          `Not true within ${timeoutMs} ms: ${expression}\nThe page shows: ${text}\n` +
            this.console.join("\n"),
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** A PNG of the whole page. */
  async screenshot(
    options: { width: number; height: number; dark?: boolean },
  ): Promise<Uint8Array> {
    const { width, height, dark = false } = options;
    await this.send("Emulation.setDeviceMetricsOverride", {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: false,
    });
    await this.send("Emulation.setEmulatedMedia", {
      features: [{
        name: "prefers-color-scheme",
        value: dark ? "dark" : "light",
      }],
    });
    const { data } = await this.send("Page.captureScreenshot", {
      format: "png",
    });
    return Uint8Array.from(atob(String(data)), (c) => c.charCodeAt(0));
  }

  /** An event of the protocol. */
  receive(method: string, params: Result): void {
    if (method === "Page.loadEventFired") this.#loaded?.();
    if (
      method === "Runtime.consoleAPICalled" ||
      method === "Runtime.exceptionThrown"
    ) {
      this.console.push(JSON.stringify(params.args ?? params.exceptionDetails));
    }
  }

  async #load(start: () => Promise<Result>): Promise<void> {
    const loaded = new Promise<void>((resolve) => this.#loaded = resolve);
    await start();
    await within(loaded, COMMAND_MS, "load event of the page");
  }
}
