/**
 * A host as the management page sees it: the page itself, uploads, and an API that says what the test
 * tells it to.
 *
 * @module
 */

import { ManagePage } from "../../../lib/airdcpp/manage/manage_page.ts";
import { loadPageFiles } from "../../../lib/airdcpp/manage/page_files.ts";
import { Uploads } from "../../../lib/airdcpp/uploads.ts";

const PAGE_FILES = await loadPageFiles();

/** EXTENSION of the contract (AirDC++ 12.2). */
export interface FakeExtension {
  name: string;
  running: boolean;
  disabled: boolean;
  managed: boolean;
  has_settings: boolean;
  [key: string]: unknown;
}

/** A request that came over the socket. */
export interface FakeRequest {
  method: string;
  path: string;
  data: unknown;
}

/** Thrown by answers to answer with an error. */
export class FakeError extends Error {
  readonly code: number;
  readonly details: object;

  constructor(code: number, message: string, details: object = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** Answers a request; `undefined` is a 204. */
export type Answer = (data: unknown) => unknown | Promise<unknown>;

interface Frame {
  method: string;
  path: string;
  data?: unknown;
  callback_id: number;
}

/** Makes an extension as it would be after installation. */
export function extension(name: string, more: Partial<FakeExtension> = {}): FakeExtension {
  return {
    id: name,
    name,
    description: `What ${name} does`,
    version: "1.0.0",
    homepage: "https://example.org/",
    author: "An author",
    disabled: false,
    running: true,
    private: false,
    logs: [{ name: "error.log", type: {}, size: 0 }, { name: "output.log", type: {}, size: 10 }],
    engines: ["node"],
    managed: true,
    has_settings: false,
    ...more,
  };
}

/** The host. */
export class FakeHost implements AsyncDisposable {
  readonly page: ManagePage;
  readonly uploads: Uploads;
  readonly requests: FakeRequest[] = [];
  readonly extensions = new Map<string, FakeExtension>();
  /** By method and path: `GET extensions/airdcpp-x`. */
  readonly answers = new Map<string, Answer>();
  /** Tokens of sessions that have not ended. */
  readonly sessions = new Set<string>();
  /** Whether upgrades are answered. */
  reachable = true;
  readonly #folder: string;
  readonly #sockets = new Set<WebSocket>();
  readonly #owners = new Map<string, WebSocket>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor(folder: string) {
    this.#folder = folder;
    this.uploads = new Uploads(`${folder}/uploads`);
    this.page = new ManagePage({
      files: PAGE_FILES,
      issueSession: () => {
        const token = crypto.randomUUID();
        this.sessions.add(token);
        return token;
      },
    });
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request, info) => {
        const { pathname } = new URL(request.url);
        if (pathname.startsWith("/__outrigger")) return this.page.handle(request, info);
        if (pathname === "/temp") return this.#upload(request);
        if (pathname === "/api/v1/" && this.reachable) return this.#upgrade(request);
        return new Response(null, { status: 503 });
      },
    );
    this.#answerByDefault();
  }

  static async start(): Promise<FakeHost> {
    return new FakeHost(await Deno.makeTempDir({ prefix: "outrigger-manage-" }));
  }

  get origin(): string {
    return `http://localhost:${this.#server.addr.port}`;
  }

  /** The values that were sent to an endpoint. */
  sent(request: string): unknown[] {
    return this.requests.filter(({ method, path }) => `${method} ${path}` === request)
      .map(({ data }) => data);
  }

  add(name: string, more: Partial<FakeExtension> = {}): void {
    this.extensions.set(name, extension(name, more));
  }

  /** Sends an event to every page. */
  publish(event: string, data: unknown, id?: string): void {
    for (const socket of this.#owners.values()) {
      if (socket.readyState !== WebSocket.OPEN) continue;
      socket.send(JSON.stringify({ event, data, ...(id && { id }) }));
    }
  }

  /** Changes an extension and tells of it. */
  change(name: string, change: Partial<FakeExtension>): void {
    this.extensions.set(name, { ...this.extensions.get(name)!, ...change });
    this.publish("extension_updated", change, name);
  }

  /** Cuts every connection. */
  drop(code = 1001): void {
    for (const socket of this.#sockets) socket.close(code);
    this.#sockets.clear();
    this.#owners.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.drop();
    await this.uploads.close();
    await this.#server.shutdown();
    await Deno.remove(this.#folder, { recursive: true });
  }

  #answerByDefault(): void {
    this.answers.set("GET extensions", () => [...this.extensions.values()]);
    this.answers.set("POST outrigger/packages/install", () => undefined);
    this.answers.set("POST sessions/activity", () => undefined);
  }

  #upload(request: Request): Promise<Response> {
    const token = request.headers.get("authorization")?.replace("Bearer ", "") ?? "";
    const session = this.sessions.has(token) ? { ended: false, allows: () => true } : undefined;
    return this.uploads.handle(request, session);
  }

  #upgrade(request: Request): Response {
    const { socket, response } = Deno.upgradeWebSocket(request);
    let token: string | undefined;
    socket.onopen = () => this.#sockets.add(socket);
    socket.onclose = () => this.#sockets.delete(socket);
    socket.onmessage = async ({ data }) => {
      const frame: Frame = JSON.parse(data);
      const answer = (message: object) => {
        if (socket.readyState !== WebSocket.OPEN) return;
        socket.send(JSON.stringify({ callback_id: frame.callback_id, ...message }));
      };
      if (frame.path === "sessions/socket") {
        token = (frame.data as { auth_token: string }).auth_token;
        if (!this.sessions.has(token)) {
          return answer({ code: 400, error: { message: "There is no such session" } });
        }
        this.#owners.get(token)?.close(1008);
        this.#owners.set(token, socket);
        return answer({ code: 200, data: { auth_token: token } });
      }
      if (token === undefined) return answer({ code: 401, error: { message: "Log in" } });
      this.requests.push({ method: frame.method, path: frame.path, data: frame.data });
      if (frame.path.startsWith("extensions/listeners/")) return answer({ code: 204 });
      const found = this.answers.get(`${frame.method} ${frame.path}`);
      if (found === undefined) return answer({ code: 404, error: { message: "Not found" } });
      try {
        const result = await found(frame.data);
        answer(result === undefined ? { code: 204 } : { code: 200, data: result });
      } catch (error) {
        const { code = 500, message, details = {} } = error as FakeError;
        answer({ code, error: { message, ...details } });
      }
    };
    return response;
  }
}
