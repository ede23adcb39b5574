/** An app in a temporary folder, loaded with {@linkcode loadConfig}, for tests. */

import { loadConfig, type LoadConfigOptions, type LoadedConfig } from "../../lib/config/load.ts";

/** The app, and how to load it. */
export interface TestApp {
  /** The folder, its real path. */
  folder: string;
  /** Loads it with `--path` unless the options say otherwise. */
  load(args?: string[], options?: Partial<LoadConfigOptions>): Promise<LoadedConfig>;
  /** Records of every load, `level text`. */
  records: string[];
}

/** Makes the app, runs `use` and removes the app. Text values are written as they are. */
export async function withApp(
  files: Record<string, unknown>,
  use: (app: TestApp) => Promise<void>,
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = `${folder}/${name}`;
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      if (content instanceof Uint8Array) await Deno.writeFile(path, content);
      else {
        const text = typeof content === "string" ? content : JSON.stringify(content);
        await Deno.writeTextFile(path, text);
      }
    }
    const records: string[] = [];
    const record = (level: string) => (text: string) => void records.push(`${level} ${text}`);
    const load: TestApp["load"] = async (args = [], options = {}) => {
      const loaded = await loadConfig({
        args: [`--path=${folder}`, ...args],
        execPath: "/usr/bin/deno",
        compiled: false,
        cwd: "/nowhere",
        env: (name) => name === "HOME" ? "/home/u" : undefined,
        os: "linux",
        log: {
          debug: record("debug"),
          info: record("info"),
          warning: record("warning"),
          error: record("error"),
        },
        ...options,
      });
      await loaded.source[Symbol.asyncDispose]();
      return loaded;
    };
    await use({ folder, load, records });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The name of the ordinary configuration file. */
export const CONFIG = "neutralino.config.json";
