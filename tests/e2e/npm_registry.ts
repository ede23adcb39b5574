/**
 * A small npm registry on this machine: search, documents of packages, and archives.
 *
 * @module
 */

import { packageTgz } from "../packages/archives.ts";

/** One version of a package. */
export interface Published {
  /** Of its package.json, over a usual one. */
  manifest: Record<string, unknown> & { name: string; version: string };
  files?: Readonly<Record<string, string>>;
}

const KEYWORD = "airdcpp-extensions-public";

/** A package.json that can be installed. */
export function manifestOf(name: string, more: Record<string, unknown> = {}) {
  return {
    name,
    version: "1.0.0",
    description: `About ${name}`,
    author: "Somebody",
    main: "main.ts",
    engines: { deno: ">=2" },
    keywords: [KEYWORD],
    airdcpp: { apiVersion: 1 },
    ...more,
  };
}

/** A registry that runs. */
export class TestRegistry implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #archives = new Map<string, Uint8Array<ArrayBuffer>[]>();
  readonly #documents = new Map<string, Map<string, Record<string, unknown>>>();
  /** What was asked for, in order. */
  readonly asked: string[] = [];
  /** Archives that are sent piece by piece, with a pause. */
  slow = false;
  /** Whether other archives are sent than the digests say, good ones. */
  swapped = false;

  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Publishes a version; the newest is `latest`. @param inside what its archive says of itself instead */
  async publish(
    { manifest, files = { "main.ts": "" } }: Published,
    inside: Record<string, unknown> = {},
  ): Promise<void> {
    const { name, version } = manifest;
    const contents = { ...manifest, ...inside };
    const archive = new Uint8Array(await packageTgz(contents, files));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", archive));
    const path = `/${name}/-/${name}-${version}.tgz`;
    const other = new Uint8Array(await packageTgz(contents, { ...files, "other.ts": "" }));
    this.#archives.set(path, [archive, other]);
    const dist = {
      tarball: this.url + path,
      integrity: `sha512-${btoa(String.fromCharCode(...digest))}`,
    };
    const versions = this.#documents.get(name) ?? new Map();
    versions.set(version, { ...manifest, dist });
    this.#documents.set(name, versions);
  }

  async #answer({ url }: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(url);
    this.asked.push(pathname);
    if (pathname === "/-/v1/search") return this.#search(searchParams.get("text") ?? "");
    const archive = this.#archives.get(pathname);
    if (archive !== undefined) return this.#send(archive[this.swapped ? 1 : 0]!);
    const versions = this.#documents.get(pathname.slice(1));
    if (versions === undefined) return Response.json({ error: "not_found" }, { status: 404 });
    const latest = [...versions.keys()].at(-1);
    return await Promise.resolve(Response.json({
      "dist-tags": { latest },
      versions: Object.fromEntries(versions),
    }));
  }

  #search(text: string): Response {
    const [keyword = "", ...words] = text.split(" ");
    const packages = [...this.#documents.values()].map((versions) =>
      [...versions.values()].at(-1)!
    );
    const found = packages.filter(({ keywords, name, description }) =>
      `${keywords}`.split(",").includes(keyword.replace("keywords:", "")) &&
      words.every((word) => `${name} ${description}`.includes(word))
    );
    return Response.json({
      objects: found.map(({ name, version, description }) => ({
        package: { name, version, description, date: "2026-01-02T03:04:05.678Z" },
      })),
    });
  }

  #send(bytes: Uint8Array<ArrayBuffer>): Response {
    const headers = { "content-length": String(bytes.length) };
    if (!this.slow) return new Response(bytes, { headers });
    const piece = Math.ceil(bytes.length / 10);
    return new Response(
      ReadableStream.from((async function* () {
        for (let at = 0; at < bytes.length; at += piece) {
          yield bytes.subarray(at, at + piece);
          await new Promise((resolve) => setTimeout(resolve, 30));
        }
      })()),
      { headers },
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.shutdown();
  }
}
