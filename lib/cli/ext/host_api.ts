/**
 * The API of the host that runs the packages of a folder now.
 *
 * @module
 */

import { CommandError, EXIT } from "../command.ts";

/** What a host leaves in the folder of its packages for this user's programs. */
interface Access {
  port: number;
  token: string;
}

/** A request that the host refused. */
export class HostRefusal extends CommandError {
  /** The status of HTTP. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** How long a host that lives takes for its first answer. */
const FIRST_ANSWER_MS = 10_000;

/** A running host. */
export class HostApi {
  readonly #access: Access;

  private constructor(access: Access) {
    this.#access = access;
  }

  /**
   * The host that runs the packages of a folder.
   *
   * @returns why there is none, as a text
   */
  static async find(folder: string): Promise<HostApi | string> {
    const file = `${folder}/.outrigger/api.json`;
    let access: Access;
    try {
      access = JSON.parse(await Deno.readTextFile(file));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) {
        return `there is no "${file}", which a host with packages writes`;
      }
      throw new CommandError(`Cannot use "${file}": ${(error as Error).message}`);
    }
    const { port, token } = access;
    if (!Number.isInteger(port) || typeof token !== "string") {
      throw new CommandError(`Cannot use "${file}": it is not what a host writes there`);
    }
    const api = new HostApi(access);
    try {
      await api.#send("GET", "sessions/self", { signal: AbortSignal.timeout(FIRST_ANSWER_MS) });
      return api;
    } catch (error) {
      if (error instanceof HostRefusal) {
        return `what listens at port ${port} does not accept the token in "${file}"`;
      }
      return `nobody answers at port ${port}, which "${file}" names; it was left behind by a host ` +
        "that has ended";
    }
  }

  /** @throws {CommandError} with exit code 3, when no host runs */
  static async require(folder: string): Promise<HostApi> {
    const found = await HostApi.find(folder);
    if (typeof found !== "string") return found;
    throw new CommandError(`No running host: ${found}`, EXIT.noHost);
  }

  /** @throws {HostRefusal} with what the host says */
  get<T>(path: string): Promise<T> {
    return this.#request("GET", path);
  }

  /** As {@linkcode HostApi.get}; `undefined` where the host has nothing to say. */
  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#request("POST", path, body);
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.#request("PATCH", path, body);
  }

  delete(path: string): Promise<void> {
    return this.#request("DELETE", path);
  }

  /** Hands a file over. @returns its id, which an installation takes */
  async upload(path: string): Promise<string> {
    using file = await Deno.open(path);
    const { size } = await file.stat();
    const response = await this.#fetch("/temp", {
      method: "POST",
      headers: { "content-length": String(size) },
      body: file.readable,
    });
    await response.body?.cancel();
    const id = response.headers.get("location");
    if (response.ok && id !== null) return id;
    throw new HostRefusal(response.status, `The host does not take "${path}": ${response.status}`);
  }

  async #request<T>(method: string, path: string, body?: unknown): Promise<T> {
    try {
      return await this.#send(method, path, {
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      if (error instanceof CommandError) throw error;
      throw new CommandError(`The host does not answer any more: ${(error as Error).message}`);
    }
  }

  async #send<T>(method: string, path: string, init: RequestInit): Promise<T> {
    const response = await this.#fetch(`/api/v1/${path}`, { ...init, method });
    const text = await response.text();
    let body: unknown;
    try {
      body = text === "" ? undefined : JSON.parse(text);
    } catch {
      throw new HostRefusal(response.status, "What answers is no host of packages");
    }
    if (response.ok) return body as T;
    const { message = `It answers with ${response.status}`, field } = (body ?? {}) as {
      message?: string;
      field?: string;
    };
    const told = field === undefined || message.includes(field);
    throw new HostRefusal(response.status, told ? message : `${field}: ${message}`);
  }

  #fetch(path: string, init: RequestInit): Promise<Response> {
    const { port, token } = this.#access;
    return fetch(`http://127.0.0.1:${port}${path}`, {
      ...init,
      redirect: "error",
      headers: { authorization: `Bearer ${token}`, ...init.headers },
    });
  }
}
