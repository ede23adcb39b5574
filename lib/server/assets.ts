/**
 * Serves the files of an app (contracts: Neutralino 2.3 to 2.10).
 *
 * @module
 */

import { wireError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { ResourceFile, ResourceSource } from "../resources/source.ts";
import { type AssetPath, assetPath, documentRootPrefix, isHostFile } from "./asset_path.ts";
import { mimeType } from "./mime.ts";
import type { MountTable } from "./mounts.ts";
import { parseRange } from "./range.ts";
import { SparseLog } from "./sparse_log.ts";
import { requestTarget } from "./target.ts";
import { isNotModified, isRangeValid, type Validators, validatorsOf } from "./validators.ts";

/** Up to this size a file is read at once, which is faster than a stream. Bytes. */
const SMALL = 65_536;

/** What an `Assets` is made of. */
export interface AssetsOptions {
  source: ResourceSource;
  mounts: Pick<MountTable, "lookup">;
  log: Log;
  /** Config `documentRoot`. */
  documentRoot?: string | undefined;
  /** Config `url`; names the main page where there is no documentRoot. */
  url?: string | undefined;
  /** Config `singlePageServe`. Default false. */
  singlePageServe?: boolean;
  /** The config file's path in the app's folder; never served. */
  configFile?: string | undefined;
  /**
   * Answers the client library and the globals (2.6), whose bodies hold a token. Called for GET
   * and HEAD; nothing is served where it answers `undefined` and there is no such file.
   */
  specials?: (path: AssetPath, request: Request) => Promise<Response | undefined> | undefined;
}

/** An opened asset. */
export interface Asset {
  /** To be read or closed by whoever asked. */
  file: ResourceFile;
  /** Its content type. */
  type: string;
}

/** The files of one app over HTTP. */
export class Assets {
  readonly #options: AssetsOptions;
  readonly #prefix: string;
  readonly #missing: SparseLog;
  readonly #mainPage: AssetPath | undefined;

  constructor(options: AssetsOptions) {
    this.#options = options;
    this.#prefix = documentRootPrefix(options.documentRoot);
    this.#missing = new SparseLog((line) => options.log.error(line));
    this.#mainPage = options.singlePageServe === true ? this.#findMainPage() : undefined;
  }

  /** Answers a request for a file. Never throws for what a client sends. */
  async serve(request: Request): Promise<Response> {
    const { method } = request;
    if (method !== "GET" && method !== "HEAD") {
      return new Response(null, { status: 405, headers: { allow: "GET, HEAD" } });
    }
    const target = requestTarget(request.url);
    const path = assetPath(target);
    if (typeof path === "number") return new Response(null, { status: path });
    if (path.kind !== "asset") {
      const special = await this.#options.specials?.(path, request);
      if (special !== undefined) return special;
    }
    const asset = await this.open(path);
    return asset === undefined ? this.#notFound(path) : await respond(request, asset);
  }

  /**
   * Opens what a path names: mounts first, then the source; a missing page of a single-page app is
   * its main page (2.5).
   */
  async open(path: AssetPath): Promise<Asset | undefined> {
    const asset = await this.#find(path);
    if (
      asset !== undefined || this.#mainPage === undefined || !path.path.endsWith("/index.html")
    ) return asset;
    return await this.#find(this.#mainPage);
  }

  async #find({ path }: AssetPath): Promise<Asset | undefined> {
    // A captured path that does not exist is missing, whatever the source has (2.8).
    const mounted = this.#options.mounts.lookup(path);
    let file: ResourceFile | undefined;
    if (mounted !== undefined) {
      file = await mounted.source.open(mounted.path);
    } else {
      const full = this.#prefix + path;
      if (isHostFile(full, this.#options.configFile)) return undefined;
      file = await this.#options.source.open(full);
      // A link in the app must not be another name of such a file.
      if (file?.realPath !== undefined && isHostFile(file.realPath, this.#options.configFile)) {
        file.close();
        return undefined;
      }
    }
    return file === undefined ? undefined : { file, type: mimeType(path) };
  }

  #findMainPage(): AssetPath | undefined {
    const { documentRoot, url } = this.#options;
    // The documentRoot is put before it like before any path.
    if (documentRoot !== undefined || url === undefined) {
      return { path: "/index.html", kind: "asset" };
    }
    const path = assetPath(url.includes("://") ? requestTarget(url) : url);
    return typeof path === "number" ? undefined : path;
  }

  /** The 404 of a path, its type still that of the path's extension (2.5). */
  #notFound({ path }: AssetPath): Response {
    const { code, message } = wireError("NE_RS_UNBLDRE", this.#prefix + path);
    // Browsers ask for it by themselves, at every start of an app that has none.
    if (path === "/favicon.ico") this.#options.log.debug(`${code}: ${message}`);
    else this.#missing.write(`${code}: ${message}`);
    return new Response(null, { status: 404, headers: { "content-type": mimeType(path) } });
  }
}

/** Answers with an opened asset: whole, a part, or that the client's copy is current. */
async function respond(request: Request, asset: Asset): Promise<Response> {
  const { file, type } = asset;
  const validators = validatorsOf(file);
  const { size } = file;
  if (isNotModified(request.headers, validators)) {
    file.close();
    return withHeaders(null, 304, headersOf(validators));
  }
  const range = isRangeValid(request.headers, validators)
    ? parseRange(request.headers.get("range"), size)
    : "whole";
  const headers = headersOf(validators);
  headers.push(["content-type", type]);
  if (range === "unsatisfiable") {
    file.close();
    headers.push(["content-range", `bytes */${size}`], ["accept-ranges", "bytes"]);
    headers.push(["content-length", "0"]);
    return withHeaders(null, 416, headers);
  }
  if (range !== "whole") {
    headers.push(["content-range", `bytes ${range.start}-${range.end - 1}/${size}`]);
    headers.push(["accept-ranges", "bytes"]);
  }
  const status = range === "whole" ? 200 : 206;
  const { start, end } = range === "whole" ? { start: 0, end: size } : range;
  if (request.method === "HEAD") {
    file.close();
    headers.push(["content-length", String(end - start)]);
    return withHeaders(null, status, headers);
  }
  if (range === "whole" && size <= SMALL) {
    const bytes = await file.bytes();
    // The file may have changed since it was opened; what was read counts.
    headers.push(["content-length", String(bytes.length)]);
    return withHeaders(bytes, status, headers);
  }
  headers.push(["content-length", String(end - start)]);
  return withHeaders(file.stream(start, end), status, headers);
}

/** Set one by one: to hand them to the constructor takes the runtime ten times as long. */
function withHeaders(
  body: BodyInit | null,
  status: number,
  headers: readonly [string, string][],
): Response {
  const response = new Response(body, { status });
  for (const [key, value] of headers) response.headers.set(key, value);
  return response;
}

/** The headers of a file in any form; browsers keep a copy and ask every time whether it holds. */
function headersOf(validators: Validators): [string, string][] {
  return [
    ["cache-control", "no-cache"],
    ["etag", validators.etag],
    ["last-modified", validators.lastModified],
  ];
}
