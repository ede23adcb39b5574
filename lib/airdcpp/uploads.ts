/**
 * Files that clients send before they say what is to become of them (contracts: AirDC++ 12.8, E66).
 *
 * @module
 */

import { createCredential, digestKey } from "../auth/token.ts";
import { preparePrivateFolder } from "../filesystem/private_folder.ts";

/** What is asked of the session that a file comes with. */
export interface UploadSession {
  /** Whether it has ended, maybe while the file came. */
  readonly ended: boolean;
  allows(access: "filesystem_edit"): boolean;
}

/** Settings of {@linkcode Uploads}. */
export interface UploadsOptions {
  /** Of one file. Default 256 MiB. */
  maxBytes?: number;
  /** Those that wait for their use and those that are on their way. Default 8. */
  maxFiles?: number;
  /** How long a file waits for its use, milliseconds. Default 10 minutes. */
  keepMs?: number;
  /** How long nothing may come of a file on its way, milliseconds. Default 30,000. */
  stallMs?: number;
  /** How long all of a file may take, milliseconds. Default 30 minutes. */
  totalMs?: number;
}

const DEFAULTS = {
  maxBytes: 256 << 20,
  maxFiles: 8,
  keepMs: 600_000,
  stallMs: 30_000,
  totalMs: 1_800_000,
};
/** Names of the files, which tell nothing of their ids. */
const OWN_NAME = /^upload-[0-9a-f]{32}$/;

interface Waiting {
  path: string;
  timer: ReturnType<typeof setTimeout>;
}

/** A reason not to take a file, and what the client is told of it. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Takes files, each readable by this user alone, and gives each out once. */
export class Uploads {
  readonly #folder: string;
  readonly #options: Required<UploadsOptions>;
  /** By digest of the id. */
  readonly #waiting = new Map<string, Waiting>();
  /** Those on their way, with what ends them. */
  readonly #coming = new Map<Promise<Response>, AbortController>();
  #prepared = false;
  #closed = false;

  /** @param folder made when the first file comes; for nobody else */
  constructor(folder: string, options: UploadsOptions = {}) {
    this.#folder = folder;
    this.#options = { ...DEFAULTS, ...options };
  }

  /**
   * Answers `POST /temp`: 201 with the id of the file in `Location`.
   *
   * Otherwise with a JSON `{message}`: 401 without session, 403 when it may not, 405, 400 for an empty
   * file or one that breaks off, 408 for one that does not come on, 413 for one that is too large, 503
   * when there are too many, 507 when it cannot be written.
   */
  handle(request: Request, session: UploadSession | undefined): Promise<Response> {
    const abort = new AbortController();
    const answer = this.#answer(request, session, abort.signal)
      .finally(() => this.#coming.delete(answer));
    this.#coming.set(answer, abort);
    return answer;
  }

  /**
   * Gives a file out, once.
   *
   * @returns its path, which the caller removes; `undefined` when there is none of that id any more
   */
  take(id: string): string | undefined {
    const key = digestKey(id);
    const found = this.#waiting.get(key);
    if (found === undefined) return undefined;
    clearTimeout(found.timer);
    this.#waiting.delete(key);
    return found.path;
  }

  /** Gives up what is on its way and removes what nobody has taken. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const abort of this.#coming.values()) abort.abort();
    await Promise.all([...this.#coming.keys()]);
    const left = [...this.#waiting.values()];
    this.#waiting.clear();
    await Promise.all(left.map(({ path, timer }) => {
      clearTimeout(timer);
      return Deno.remove(path).catch(() => {});
    }));
  }

  async #answer(
    request: Request,
    session: UploadSession | undefined,
    signal: AbortSignal,
  ): Promise<Response> {
    try {
      this.#check(request, session);
      const id = await this.#receive(request, session!, signal);
      return new Response(null, { status: 201, headers: { location: id } });
    } catch (error) {
      // Else the connection waits for the rest of it.
      request.body?.cancel().catch(() => {});
      const { status, message } = error instanceof Refusal
        ? error
        : new Refusal(507, "The file could not be stored");
      const headers = status === 405 ? { allow: "POST" } : undefined;
      return Response.json({ message }, { status, ...(headers && { headers }) });
    }
  }

  #check({ method, headers }: Request, session: UploadSession | undefined): void {
    const { maxBytes, maxFiles } = this.#options;
    if (session === undefined) throw new Refusal(401, "Files are taken from sessions only");
    this.#checkSession(session);
    if (method !== "POST") throw new Refusal(405, "Files are sent by POST");
    if (Number(headers.get("content-length") ?? 0) > maxBytes) throw this.#tooLarge();
    if (this.#closed) throw new Refusal(503, "The host is about to end");
    // This one is not among those on their way yet.
    if (this.#waiting.size + this.#coming.size >= maxFiles) {
      throw new Refusal(503, `${maxFiles} files are waiting for their use already`);
    }
  }

  #checkSession(session: UploadSession): void {
    if (session.ended) throw new Refusal(401, "The session has ended");
    if (!session.allows("filesystem_edit")) {
      throw new Refusal(403, "Sending files needs the permission filesystem_edit");
    }
  }

  async #receive(request: Request, session: UploadSession, signal: AbortSignal): Promise<string> {
    await this.#prepare();
    const id = createCredential().connectToken;
    const key = digestKey(id);
    const path = `${this.#folder}/upload-${key.slice(0, 32)}`;
    const file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
    let complete = false;
    try {
      try {
        await this.#store(request, file, signal);
      } finally {
        file.close();
      }
      // It may have been ended while the file came.
      this.#checkSession(session);
      if (this.#closed) throw new Refusal(503, "The host is about to end");
      complete = true;
    } finally {
      if (!complete) await Deno.remove(path).catch(() => {});
    }
    const timer = setTimeout(() => {
      this.#waiting.delete(key);
      Deno.remove(path).catch(() => {});
    }, this.#options.keepMs);
    this.#waiting.set(key, { path, timer });
    return id;
  }

  async #store({ body }: Request, file: Deno.FsFile, signal: AbortSignal): Promise<void> {
    if (body === null) throw new Refusal(400, "The file is empty");
    const { maxBytes, stallMs, totalMs } = this.#options;
    const reader = body.getReader();
    let refusal: Refusal | undefined;
    const end = (why: Refusal) => {
      refusal ??= why;
      reader.cancel().catch(() => {});
    };
    const late = () => end(new Refusal(408, "The file did not come in time"));
    const closing = () => end(new Refusal(503, "The host is about to end"));
    signal.addEventListener("abort", closing);
    const total = setTimeout(late, totalMs);
    let stall = setTimeout(late, stallMs);
    let bytes = 0;
    try {
      if (signal.aborted) closing();
      for (;;) {
        const { done, value } = await reader.read().catch(() => {
          throw refusal ?? new Refusal(400, "The file broke off");
        });
        clearTimeout(stall);
        if (refusal !== undefined) throw refusal;
        if (done) break;
        bytes += value.length;
        if (bytes > maxBytes) throw this.#tooLarge();
        for (let at = 0; at < value.length;) at += await file.write(value.subarray(at));
        stall = setTimeout(late, stallMs);
      }
      if (bytes === 0) throw new Refusal(400, "The file is empty");
    } finally {
      clearTimeout(stall);
      clearTimeout(total);
      signal.removeEventListener("abort", closing);
      reader.cancel().catch(() => {});
    }
  }

  #tooLarge(): Refusal {
    return new Refusal(413, `The file is larger than ${this.#options.maxBytes} bytes`);
  }

  /** Also removes what a host left behind that was killed; another one's may be of use still. */
  async #prepare(): Promise<void> {
    preparePrivateFolder(this.#folder);
    if (this.#prepared) return;
    this.#prepared = true;
    const oldest = Date.now() - this.#options.keepMs;
    for await (const { name, isFile } of Deno.readDir(this.#folder)) {
      if (!isFile || !OWN_NAME.test(name)) continue;
      const path = `${this.#folder}/${name}`;
      const { mtime } = await Deno.lstat(path).catch(() => ({ mtime: null }));
      if (mtime !== null && mtime.getTime() < oldest) await Deno.remove(path).catch(() => {});
    }
  }
}
