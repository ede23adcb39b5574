/**
 * An npm registry: looking for packages and their versions (contracts: AirDC++ 3.1, 3.5).
 *
 * @module
 */

import { hostMatches, serverOf } from "../auth/host_pattern.ts";
import { fieldOf, isObject, type JsonObject } from "./field_problems.ts";
import { integrityProblem } from "./integrity.ts";
import { compareVersions, isPrerelease, isVersion, majorOf, maxSatisfying } from "./versions.ts";
import { shownAddress, urlProblem, webGet, WebStatusError } from "./web_get.ts";

/** Settings of {@linkcode NpmRegistry}. */
export interface NpmRegistryOptions {
  /** Certificates in PEM that are trusted beside those of the system. */
  trustedCertificates?: readonly string[];
  /**
   * Servers beside the registry's own that packages may lie on, as patterns for `hostMatches`.
   * Default: none.
   */
  tarballHosts?: readonly string[];
  /** Calls off everything that is asked. */
  signal?: AbortSignal;
  /** Milliseconds in which an answer must have come. Default 30,000. */
  deadlineMs?: number;
}

/** A package that was found. */
export interface FoundPackage {
  name: string;
  version: string;
  description: string;
  author?: string;
  /** Of that version, ISO 8601. */
  date?: string;
}

/** One version of a package, and where it is. */
export interface Release {
  name: string;
  version: string;
  /** Address of the archive. */
  tarball: string;
  /** Subresource integrity. */
  integrity: string;
  /** SHA-1 in hexadecimal, where the registry names it. */
  shasum?: string;
}

/** What is newer than an installed version. */
export interface Newer {
  /** The one to update to. */
  release?: Release;
  /** The newest version of a higher major number: only somebody who looks at it takes that. */
  newMajor?: string;
}

const KEYWORD = "airdcpp-extensions-public";
const ABBREVIATED = "application/vnd.npm.install-v1+json";
const MOST_BYTES = 32 << 20;
const DEADLINE_MS = 30_000;
const MOST_FOUND = 250;
const DEFAULT_FOUND = 100;

/** What one version is about in the registry's answer. */
type Versions = ReadonlyMap<string, JsonObject>;

/** Asks one registry. */
export class NpmRegistry {
  readonly #url: string;
  readonly #options: NpmRegistryOptions;

  /** @throws {Error} when the address is none, or one without TLS of another machine */
  constructor(url: string, options: NpmRegistryOptions = {}) {
    const problem = urlProblem(url);
    if (problem !== undefined) throw new Error(`The registry "${url}" ${problem}`);
    this.#url = url.replace(/\/*$/, "");
    this.#options = options;
  }

  /**
   * Extensions for everybody.
   *
   * @param text what they must have to do with. Default: all
   * @param size how many at most, up to 250. Default 100
   * @throws {Error} when the registry does not answer as it should
   */
  async search(text = "", size: number = DEFAULT_FOUND): Promise<FoundPackage[]> {
    const query = new URLSearchParams({
      text: `keywords:${KEYWORD} ${text.slice(0, 200)}`.trim(),
      size: String(Math.max(1, Math.min(MOST_FOUND, Math.floor(size) || DEFAULT_FOUND))),
    });
    const answer = await this.#ask(`-/v1/search?${query}`, "Cannot search for packages");
    const objects = isObject(answer) ? fieldOf(answer, "objects") : undefined;
    if (!Array.isArray(objects)) {
      throw new Error("Cannot search for packages: the registry's answer has no list");
    }
    return objects.map(foundPackage).filter((one) => one !== undefined);
  }

  /**
   * One version of a package.
   *
   * @param wanted a version, a tag such as `next`, or a range such as `^1.2.0`. Default `latest`
   * @throws {Error} when there is none, or it cannot be trusted: its archive must lie on the registry's
   * server or one of `tarballHosts`, over TLS, and its integrity must be known
   */
  async resolve(name: string, wanted = "latest"): Promise<Release> {
    const failing = `Cannot find "${name}"`;
    const document = await this.#document(name, failing);
    const versions = versionsOf(document);
    const version = chosen(wanted, versions, document);
    if (version === undefined) {
      throw new Error(`${failing}: it has no version, tag or range "${wanted.slice(0, 100)}"`);
    }
    return this.#release(name, version, versions);
  }

  /**
   * What is newer than a version, in the order of versions. A release is never updated to a version
   * before its release, and a higher major number is only told of.
   *
   * @param current the installed version; for one that is no semantic version there is no update
   * @throws {Error} as {@linkcode resolve}
   */
  async newest(name: string, current: string): Promise<Newer> {
    if (!isVersion(current)) return {};
    const versions = versionsOf(await this.#document(name, `Cannot look for updates of "${name}"`));
    const newer = [...versions].filter(([version, about]) =>
      isVersion(version) && compareVersions(version, current) > 0 &&
      !fieldOf(about, "deprecated") &&
      (isPrerelease(current) || !isPrerelease(version))
    ).map(([version]) => version).sort(compareVersions);
    const version = newer.findLast((one) => majorOf(one) === majorOf(current));
    const newMajor = newer.findLast((one) => majorOf(one) > majorOf(current) && !isPrerelease(one));
    return {
      ...(version === undefined ? {} : { release: this.#release(name, version, versions) }),
      ...(newMajor === undefined ? {} : { newMajor }),
    };
  }

  #release(name: string, version: string, versions: Versions): Release {
    const failing = `Cannot use "${name}" ${version}`;
    const dist = fieldOf(versions.get(version)!, "dist");
    const [tarball, integrity, shasum] = ["tarball", "integrity", "shasum"].map((field) => {
      const value = isObject(dist) ? fieldOf(dist, field) : undefined;
      return typeof value === "string" && value !== "" ? value : undefined;
    });
    if (tarball === undefined) throw new Error(`${failing}: the registry names no archive`);
    if (integrity === undefined) {
      throw new Error(`${failing}: the registry does not say what its archive's digest is`);
    }
    const problem = this.#tarballProblem(tarball) ?? integrityProblem(integrity);
    if (problem !== undefined) throw new Error(`${failing}: its archive ${problem}`);
    return {
      name,
      version,
      tarball,
      integrity,
      ...(shasum === undefined ? {} : { shasum }),
    };
  }

  /** The registry's own server at any port, or one that somebody has named. */
  #tarballProblem(tarball: string): string | undefined {
    const problem = urlProblem(tarball);
    if (problem !== undefined) return `"${shownAddress(tarball)}" ${problem}`;
    const [own, other] = [this.#url, tarball].map((url) => new URL(url));
    if (own!.hostname === other!.hostname) return undefined;
    const { hostname, port, protocol } = other!;
    const server = serverOf(hostname, Number(port) || (protocol === "https:" ? 443 : 80));
    const { tarballHosts = [] } = this.#options;
    if (tarballHosts.some((pattern) => hostMatches(pattern, server))) return undefined;
    return `is on "${hostname}", which is not the registry's server`;
  }

  async #document(name: string, failing: string): Promise<JsonObject> {
    // Packages of scopes are no extensions: their names begin otherwise.
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,213}$/.test(name)) {
      throw new Error(`${failing}: that is no name of an extension`);
    }
    const answer = await this.#ask(name, failing, ABBREVIATED);
    if (!isObject(answer) || !isObject(fieldOf(answer, "versions"))) {
      throw new Error(`${failing}: the registry's answer has no versions`);
    }
    return answer;
  }

  async #ask(path: string, failing: string, accept = "application/json"): Promise<unknown> {
    const { trustedCertificates = [], signal, deadlineMs = DEADLINE_MS } = this.#options;
    try {
      return await webGet(`${this.#url}/${path}`, {
        accept,
        trustedCertificates,
        signal,
        maxBytes: MOST_BYTES,
        stallMs: deadlineMs,
        deadlineMs,
        async receive({ body }) {
          const decoder = new TextDecoder();
          let text = "";
          for await (const piece of body) text += decoder.decode(piece, { stream: true });
          return parsedJson(text + decoder.decode());
        },
      });
    } catch (error) {
      if (signal?.aborted && error === signal.reason) throw error;
      const why = error instanceof WebStatusError && error.status === 404
        ? path.startsWith("-/") ? "this registry has no search" : "there is no such package"
        : (error as Error).message;
      throw new Error(`${failing}: ${why} (registry ${this.#url})`, { cause: error });
    }
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("its answer is no JSON");
  }
}

function versionsOf(document: JsonObject): Versions {
  const versions = fieldOf(document, "versions") as JsonObject;
  return new Map(
    Object.entries(versions).filter((entry): entry is [string, JsonObject] => isObject(entry[1])),
  );
}

function chosen(wanted: string, versions: Versions, document: JsonObject): string | undefined {
  if (versions.has(wanted)) return wanted;
  const tags = fieldOf(document, "dist-tags");
  const tagged = isObject(tags) ? fieldOf(tags, wanted) : undefined;
  if (typeof tagged === "string") return versions.has(tagged) ? tagged : undefined;
  // An empty text is a range, of all versions.
  return wanted === "" ? undefined : maxSatisfying([...versions.keys()], wanted);
}

function foundPackage(object: unknown): FoundPackage | undefined {
  const about = isObject(object) ? fieldOf(object, "package") : undefined;
  if (!isObject(about)) return undefined;
  const text = (field: string, of: JsonObject = about) => {
    const value = fieldOf(of, field);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const [name, version] = [text("name"), text("version")];
  if (name === undefined || version === undefined) return undefined;
  const [writer, publisher] = [fieldOf(about, "author"), fieldOf(about, "publisher")];
  const author = isObject(writer) ? text("name", writer) : text("author");
  const by = author ?? (isObject(publisher) ? text("username", publisher) : undefined);
  const date = text("date");
  return {
    name,
    version,
    description: text("description") ?? "",
    ...(by === undefined ? {} : { author: by }),
    ...(date === undefined ? {} : { date }),
  };
}
