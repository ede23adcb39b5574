/** Packages that Deno itself keeps within their rights, as real `deno run` children. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  denoSandboxArgs,
  type DenoSandboxOptions,
  sandboxRights,
} from "../../lib/packages/deno_sandbox.ts";
import { startParameters } from "../../lib/packages/start_line.ts";
import { needs, posix } from "../tools.ts";

/** Tries everything and prints what came of it. */
const SCRIPT = `
import { greeting } from "./greeting.js";
const settings = Deno.args.find((arg) => arg.startsWith("--settingsPath=")).slice(15);
const tries = JSON.parse(Deno.readTextFileSync(settings + "tries.json"));
const attempts = {
  greet: () => greeting,
  args: () => Deno.args,
  read: (path) => Deno.readTextFile(path),
  write: (path) => Deno.writeTextFile(path, "written"),
  import: async (path) => (await import(path)).default,
  run: async (program) => (await new Deno.Command(program).output()).code,
  env: (name) => Deno.env.get(name) ?? null,
  connect: async (address) => {
    const [hostname, port] = address.split(" ");
    (await Deno.connect({ hostname, port: Number(port) })).close();
    return "connected";
  },
  hostname: () => Deno.hostname(),
};
const results = [];
for (const [what, value] of tries) {
  try { results.push(await attempts[what](value) ?? null); }
  catch (error) { results.push(error.name); }
}
console.log(JSON.stringify(results));
`;

interface Place {
  root: string;
  options: Omit<DenoSandboxOptions, "port">;
  /** What the script gets for each of these. */
  tries(
    list: readonly (readonly [what: string, value?: string])[],
    options?: Partial<DenoSandboxOptions>,
  ): Promise<unknown[]>;
  port: number;
}

async function withPackage(test: (place: Place) => Promise<void>): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "outrigger-sandbox-" }));
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  void (async () => {
    for await (const connection of listener) connection.close();
  })().catch(() => {});
  const folders = {
    package: `${root}/a b/package`,
    settings: `${root}/a b/settings`,
    logs: `${root}/a b/logs`,
  };
  try {
    for (const folder of [`${folders.package}/dist`, folders.settings, folders.logs]) {
      await Deno.mkdir(folder, { recursive: true });
    }
    await Deno.writeTextFile(`${folders.package}/dist/main.js`, SCRIPT);
    await Deno.writeTextFile(
      `${folders.package}/dist/greeting.js`,
      `export const greeting = "hello";`,
    );
    await Deno.writeTextFile(
      `${folders.package}/package.json`,
      `{"name": "airdcpp-x", "type": "module", "dependencies": {"not-there": "1"}}`,
    );
    await Deno.writeTextFile(`${root}/secret.json`, `{"secret": true}`);
    const options = { folders, main: "dist/main", asked: {} };
    await test({
      root,
      options,
      port,
      async tries(list, more) {
        await Deno.writeTextFile(`${folders.settings}/tries.json`, JSON.stringify(list));
        const args = [
          ...await denoSandboxArgs({ ...options, port, ...more }),
          ...startParameters(PARAMETERS(folders)),
        ];
        const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
          args,
          cwd: folders.package,
          env: { KNOWN: "value", OTHER: "value" },
          stdin: "null",
        }).output();
        const text = new TextDecoder().decode(stdout);
        assert(text !== "", new TextDecoder().decode(stderr));
        return JSON.parse(text);
      },
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const PARAMETERS = (folders: DenoSandboxOptions["folders"]) => ({
  name: "airdcpp-x",
  folders,
  apiUrl: "localhost:1/api/v1/",
  token: "t-t",
  debug: false,
  signalReady: true,
  appPid: 1,
});

Deno.test({
  name: "a package has its own folders and the host, and nothing that nobody granted",
  ...needs(posix),
  fn: () =>
    withPackage(async ({ root, options, tries, port }) => {
      const { folders } = options;
      const list = [
        ["greet"],
        ["args"],
        ["read", `${folders.package}/package.json`],
        ["write", `${folders.settings}/config.json`],
        ["write", `${folders.logs}/own.log`],
        ["connect", `127.0.0.1 ${port}`],
        ["connect", `localhost ${port}`],
        ["write", `${folders.package}/dist/main.js`],
        ["write", `${root}/a b/other`],
        ["read", `${root}/secret.json`],
        ["import", `file://${root}/secret.json`],
        ["run", "true"],
        ["env", "KNOWN"],
        ["connect", "127.0.0.1 1"],
        ["hostname"],
      ] as const;
      const everything = {
        filesystemRoots: [{ path: root, access: "write" as const }],
        netHosts: ["*"],
        commands: ["true"],
        env: ["KNOWN"],
      };
      const NO = "NotCapable";
      const expected = [
        "hello",
        startParameters(PARAMETERS(folders)),
        await Deno.readTextFile(`${folders.package}/package.json`),
        ...Array(2).fill(null),
        ...Array(2).fill("connected"),
        ...Array(8).fill(NO),
      ];
      // Neither asking nor granting is enough.
      for (const more of [{}, { asked: everything }, { granted: everything }]) {
        const results = await tries(list, more);
        results[10] = results[10] === "TypeError" ? NO : results[10];
        assertEquals(results, expected);
      }
    }),
});

Deno.test({
  name: "a package has what it asks for and the user grants",
  ...needs(posix),
  fn: () =>
    withPackage(async ({ root, options, tries, port }) => {
      const { folders } = options;
      await Deno.mkdir(`${root}/data/deep`, { recursive: true });
      const asked = {
        filesystemRoots: [
          { path: "${PACKAGE}/dist", access: "write" as const },
          { path: `${root}/data`, access: "write" as const },
          { path: "relative", access: "write" as const },
          { path: "${HOME}/x", access: "write" as const },
        ],
        netHosts: ["*"],
        commands: ["true", "false"],
        env: ["KNOWN", "OTHER"],
      };
      const granted = {
        filesystemRoots: [
          { path: "${PACKAGE}", access: "write" as const },
          { path: `${root}/data/deep`, access: "write" as const },
          { path: root, access: "read" as const },
          { path: "relative", access: "write" as const },
          { path: "${HOME}/x", access: "write" as const },
        ],
        netHosts: [`127.0.0.1:${port + 1}`],
        commands: ["true"],
        env: ["KNOWN"],
      };
      const results = await tries([
        ["write", `${folders.package}/dist/new.js`],
        ["write", `${root}/data/deep/x`],
        ["read", `${root}/data/deep/x`],
        ["run", "true"],
        ["env", "KNOWN"],
        ["write", `${folders.package}/new.js`],
        ["write", `${root}/data/x`],
        ["read", `${root}/secret.json`],
        ["run", "false"],
        ["env", "OTHER"],
        ["connect", "127.0.0.2 80"],
      ], { asked, granted });
      assertEquals(results, [null, null, "written", 0, "value", ...Array(6).fill("NotCapable")]);
      const rights = await sandboxRights({ ...options, asked, granted });
      assertEquals(rights.netHosts, granted.netHosts);
      assertEquals(rights.write.filter((path) => !path.startsWith(root)), []);
    }),
});

Deno.test({
  name: "what a package's script names in its text is loaded only if it may be read",
  ...needs(posix),
  fn: () =>
    withPackage(async ({ root, options, port }) => {
      const text = `import secret from "${root}/secret.json" with { type: "json" };
        console.log(secret);`;
      await Deno.writeTextFile(`${options.folders.package}/dist/main.js`, text);
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: await denoSandboxArgs({ ...options, port }),
        stdin: "null",
      }).output();
      assertEquals(new TextDecoder().decode(stdout), "");
      const told = new TextDecoder().decode(stderr);
      assert(told.includes("Requires read access"), told);
    }),
});

Deno.test({
  name: "denoSandboxArgs() takes no script from outside of the package",
  ...needs(posix),
  fn: () =>
    withPackage(async ({ root, options }) => {
      const { folders } = options;
      await Deno.writeTextFile(`${root}/a b/outside.js`, "");
      await Deno.symlink(`${root}/a b/outside.js`, `${folders.package}/link.js`);
      const rows: [main: string, message: string][] = [
        ["../outside.js", "is not within the package"],
        ["link.js", "is not within the package"],
        ["dist", "is not there"],
        ["nothing.js", "is not there"],
      ];
      for (const [main, message] of rows) {
        await assertRejects(
          () => denoSandboxArgs({ ...options, main, port: 1 }),
          Error,
          message,
        );
      }
    }),
});
