/** What the commands of the running program say of packages. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { packageJson, WAITING_SCRIPT } from "../airdcpp/packages_host.ts";
import { needs, node, posix } from "../tools.ts";
import { outrigger } from "./commands.ts";
import { startProgram } from "./program.ts";

const CONNECTS = `${WAITING_SCRIPT}
const named = (name) => process.argv.find((arg) => arg.startsWith("--" + name + "=")).split("=")[1];
fetch("http://" + named("apiUrl") + "sessions/self", { headers: { authorization: named("authToken") } });
`;

Deno.test(
  "status and doctor tell of packages as of other extensions",
  needs(posix, node),
  async () => {
    await using program = await startProgram({
      config: { packages: { enabled: true } },
      files: {
        "packages/airdcpp-up/package/package.json": packageJson("airdcpp-up"),
        "packages/airdcpp-up/package/main.mjs": CONNECTS,
        "packages/airdcpp-down/package/package.json": packageJson("airdcpp-down"),
        "packages/airdcpp-down/package/main.mjs": "console.error('it is broken'); process.exit(3);",
        "packages/airdcpp-engine/package/package.json": packageJson("airdcpp-engine", {
          engines: { perl6: "*" },
        }),
      },
    });
    const { folder } = program;
    const states = async () => {
      const { stdout } = await outrigger(folder, "status", "--json");
      const { extensions } = JSON.parse(stdout) as { extensions: { id: string; state: string }[] };
      return extensions.map(({ id, state }) => `${id} ${state}`).sort();
    };
    await program.eventually(async () => {
      return JSON.stringify(await states()) ===
        JSON.stringify(["airdcpp-down failed", "airdcpp-engine failed", "airdcpp-up connected"]);
    }, { timeoutMs: 30_000, what: "states" }).catch(async (error) => {
      throw new Error(`${error.message}\n${await states()}`);
    });
    const { stdout } = await outrigger(folder, "status");
    assertMatch(stdout, /^airdcpp-up +connected +\d+/m);
    assertMatch(stdout, /^airdcpp-down +failed +-/m);

    const doctor = await outrigger(folder, "doctor", "--json");
    assertEquals(doctor.code, 1);
    const { extensions } = JSON.parse(doctor.stdout) as {
      extensions: { id: string; findings: { verdict: string; detail: string; advice: string }[] }[];
    };
    const said = (name: string) => {
      const one = extensions.find(({ id }) => id === name);
      assert(one !== undefined, name);
      return JSON.stringify(one.findings);
    };
    assertMatch(said("airdcpp-down"), /3/);
    assertMatch(said("airdcpp-down"), /it is broken/);
    assertMatch(said("airdcpp-engine"), /perl6/);
    // Advice for entries of the configuration would lead astray.
    for (const name of ["airdcpp-down", "airdcpp-engine"]) {
      assert(!/handshake|"command"/.test(said(name)), said(name));
    }
  },
);
