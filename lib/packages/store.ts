/** Provisional. @module */
import { type Manifest, parseManifest } from "./manifest.ts";
export interface PackageFolders {
  root: string;
  package: string;
  settings: string;
  logs: string;
}
export interface Staged {
  manifest: Manifest;
  files: number;
  bytes: number;
  discard(): Promise<void>;
}
export interface Replacement {
  accept(): Promise<void>;
  undo(): Promise<void>;
}
export class PackageStore {
  readonly #path: string;
  constructor(path: string) {
    this.#path = path;
  }
  get ownFolder() {
    return `${this.#path}/.outrigger`;
  }
  get temporaryFolder() {
    return `${this.ownFolder}/staging`;
  }
  temporaryFile() {
    return `${this.temporaryFolder}/${crypto.randomUUID()}`;
  }
  async open() {
    await Deno.mkdir(this.temporaryFolder, { recursive: true, mode: 0o700 });
  }
  async close() {}
  async names() {
    const names: string[] = [];
    for await (const { name, isDirectory } of Deno.readDir(this.#path)) {
      if (isDirectory && !name.startsWith(".")) names.push(name);
    }
    return names.sort();
  }
  async manifest(name: string) {
    return parseManifest(await Deno.readTextFile(`${this.#path}/${name}/package/package.json`));
  }
  stage(_s: ReadableStream<Uint8Array>, _o: { signal?: AbortSignal }): Promise<Staged> {
    throw new Error("later");
  }
  replace(_s: Staged): Promise<Replacement> {
    throw new Error("later");
  }
  async remove(name: string) {
    await Deno.remove(`${this.#path}/${name}`, { recursive: true });
  }
  isDisabled(name: string) {
    return Deno.stat(`${this.#path}/${name}/settings/DISABLED`).then(() => true, () => false);
  }
  async setDisabled(name: string, disabled: boolean) {
    const path = `${this.#path}/${name}/settings/DISABLED`;
    await Deno.mkdir(`${this.#path}/${name}/settings`, { recursive: true });
    if (disabled) await Deno.writeTextFile(path, "");
    else await Deno.remove(path).catch(() => {});
  }
  folders(name: string): PackageFolders {
    const root = `${this.#path}/${name}`;
    return { root, package: `${root}/package`, settings: `${root}/settings`, logs: `${root}/logs` };
  }
}
