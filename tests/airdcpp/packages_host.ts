/**
 * A host with packages in its folder, for tests, and programs that stand for packages.
 *
 * @module
 */

import { startTestHost, type TestHost } from "../../lib/testing.ts";

/** A package in a test's folder. */
export interface TestPackage {
  /** Members of package.json over those that every package needs. */
  manifest?: Record<string, unknown>;
  /** Files by their path; `main.js` is the script unless the manifest says otherwise. */
  files?: Record<string, string>;
  /** Files of its `settings`. */
  settings?: Record<string, string>;
}

/** Writes its arguments to `settings/argv.json` and lives until it is told to end. */
export const WAITING_SCRIPT = `
import { writeFileSync, renameSync } from "node:fs";
const folder = process.argv.find((arg) => arg.startsWith("--settingsPath=")).slice(15);
writeFileSync(folder + "argv.tmp", JSON.stringify(process.argv));
renameSync(folder + "argv.tmp", folder + "argv.json");
setInterval(() => {}, 1000);
`;

/** A valid package.json. */
export function packageJson(name: string, manifest: Record<string, unknown> = {}): string {
  return JSON.stringify({
    name,
    version: "1.0.0",
    description: `The package ${name}`,
    author: "somebody",
    main: "main.mjs",
    engines: { node: "*" },
    airdcpp: { apiVersion: 1 },
    ...manifest,
  });
}

/** The users that hosts of tests have: name, password and permissions. */
export const USERS = [
  { username: "admin", password: "admin-password", permissions: ["admin"] },
  {
    username: "viewer",
    password: "viewer-password",
    permissions: ["settings_view", "events_view"],
  },
  { username: "nobody", password: "nobody-password", permissions: [] },
];

/** Settings of {@linkcode startPackagesHost}. */
export interface PackagesHostOptions {
  config?: Record<string, unknown>;
  args?: readonly string[];
  /** Server settings other than by default. */
  server?: Record<string, unknown>;
  /** Further files, by their path from the folder of the app. */
  files?: Record<string, string>;
}

/** A host with packages by name. */
export function startPackagesHost(
  packages: Record<string, TestPackage>,
  { config = {}, args = [], server, files: others = {} }: PackagesHostOptions = {},
): Promise<TestHost> {
  const files: Record<string, string> = { ...others };
  if (server !== undefined) {
    files["packages/.outrigger/web-server.json"] = JSON.stringify({ version: 1, settings: server });
  }
  for (const [name, { manifest, files: own, settings }] of Object.entries(packages)) {
    const root = `packages/${name}`;
    files[`${root}/package/package.json`] = packageJson(name, manifest);
    for (const [path, text] of Object.entries(own ?? { "main.mjs": WAITING_SCRIPT })) {
      files[`${root}/package/${path}`] = text;
    }
    for (const [path, text] of Object.entries(settings ?? {})) {
      files[`${root}/settings/${path}`] = text;
    }
  }
  const { packages: more, ...rest } = config as { packages?: Record<string, unknown> };
  return startTestHost({
    config: { ...rest, packages: { enabled: true, users: USERS, ...more } },
    files,
    args,
  });
}

/** The arguments that a package with {@linkcode WAITING_SCRIPT} was started with, by name. */
export async function argumentsOf(app: TestHost, name: string): Promise<Map<string, string>> {
  const path = `${app.folder}/packages/${name}/settings/argv.json`;
  let argv: string[] = [];
  await app.eventually(async () => {
    const text = await Deno.readTextFile(path).catch(() => "[]");
    argv = JSON.parse(text);
    return argv.length > 0;
  }, { what: `arguments of ${name}`, timeoutMs: 10_000 }).catch(({ message }: Error) => {
    throw new Error(`${message}. The host said:\n${app.output}`);
  });
  return new Map(
    argv.slice(2).map((arg) => {
      const [, key, value = ""] = /^--([^=]+)=?(.*)$/s.exec(arg)!;
      return [key!, value];
    }),
  );
}
