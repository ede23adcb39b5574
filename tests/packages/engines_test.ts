import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import {
  defaultEngines,
  type Engine,
  engineStatus,
  type EngineWorld,
  engineWorld,
  resolveEngine,
} from "../../lib/packages/engines.ts";
import { needs, posix } from "../tools.ts";

/** A machine with these programs and variables. */
function world(
  os: typeof Deno.build.os,
  programs: string[],
  env: Record<string, string> = {},
): EngineWorld & { asked: string[] } {
  const asked: string[] = [];
  return {
    os,
    appFolder: os === "windows" ? "C:\\App" : "/app",
    env: (name) => env[name],
    isProgram(path) {
      asked.push(path);
      return Promise.resolve(programs.includes(path));
    },
    asked,
  };
}

const engine = (name: string, command: string, args: string[] = []): Engine => ({
  name,
  command,
  arguments: args,
});

Deno.test("defaultEngines() are those of contracts: AirDC++ 4, and deno", () => {
  const python = engine("python3", "python3;python");
  const deno = engine("deno", "deno");
  for (const os of ["linux", "darwin"] as const) {
    assertEquals(defaultEngines(os), [engine("node", "nodejs;node"), python, deno]);
  }
  const node = engine("node", "./Node.js/node.exe;node");
  assertEquals(defaultEngines("windows"), [node, python, deno]);
});

interface Row {
  name: string;
  names?: string[];
  engines: Engine[];
  os?: typeof Deno.build.os;
  programs: string[];
  env?: Record<string, string>;
  found: string | [program: string, args: string[]];
}

const posixPath = { PATH: "/first:/second" };
const windowsPath = { PATH: 'C:\\a;"C:\\b"', PATHEXT: ".COM;.EXE;.JS" };

const rows: Row[] = [
  {
    name: "the first command that exists",
    engines: [engine("x", "no;yes;later")],
    programs: ["/second/yes", "/first/later"],
    env: posixPath,
    found: "/second/yes",
  },
  {
    name: "the first folder on PATH",
    engines: [engine("x", "yes")],
    programs: ["/second/yes", "/first/yes"],
    env: posixPath,
    found: "/first/yes",
  },
  {
    name: "an absolute path",
    engines: [engine("x", ";; /opt/x/bin/x ;y", ["--flag", "v a"])],
    programs: ["/opt/x/bin/x", "/first/y"],
    env: posixPath,
    found: ["/opt/x/bin/x", ["--flag", "v a"]],
  },
  {
    name: "a path beside the application",
    engines: [engine("x", "./bin/x;x")],
    programs: ["/app/bin/x", "/first/x"],
    env: posixPath,
    found: "/app/bin/x",
  },
  {
    name: "a name with other meanings to a shell",
    engines: [engine("x", "a b$(c)")],
    programs: ["/first/a b$(c)"],
    env: posixPath,
    found: "/first/a b$(c)",
  },
  {
    name: "the second engine when the first is not configured",
    names: ["npm", "x"],
    engines: [engine("x", "x")],
    programs: ["/first/x"],
    env: posixPath,
    found: "/first/x",
  },
  {
    name: "the second engine when the first is not there",
    names: ["a", "x"],
    engines: [engine("a", "a"), engine("x", "x")],
    programs: ["/first/x"],
    env: posixPath,
    found: "/first/x",
  },
  {
    name: "folders of PATH that are no full paths",
    engines: [engine("x", "x;/last")],
    programs: ["./x", "/x", "x", "bin/x", "/last"],
    env: { PATH: ":.:bin:" },
    found: "/last",
  },
  {
    name: "relative paths without a dot",
    engines: [engine("x", "bin/x;../x;/last")],
    programs: ["/first/bin/x", "bin/x", "/app/bin/x", "/first/../x", "/last"],
    env: posixPath,
    found: "/last",
  },
  {
    name: "Windows: endings of PATHEXT",
    os: "windows",
    engines: [engine("x", "x")],
    programs: ["C:\\b/x.exe"],
    env: windowsPath,
    found: "C:\\b/x.exe",
  },
  {
    name: "Windows: an ending that is written",
    os: "windows",
    engines: [engine("x", "x.EXE")],
    programs: ["C:\\a/x.EXE"],
    env: windowsPath,
    found: "C:\\a/x.EXE",
  },
  {
    name: "Windows: no script that needs another program",
    os: "windows",
    engines: [engine("x", "node;D:\\last.exe")],
    programs: ["C:\\a/node.js", "C:\\a/node", "D:\\last.exe"],
    env: windowsPath,
    found: "D:\\last.exe",
  },
  {
    name: "Windows: beside the application",
    os: "windows",
    engines: defaultEngines("windows"),
    names: ["node"],
    programs: ["C:\\App/Node.js/node.exe", "C:\\a/node.exe"],
    env: windowsPath,
    found: "C:\\App/Node.js/node.exe",
  },
  {
    name: "Windows: without PATHEXT",
    os: "windows",
    engines: [engine("x", "x")],
    programs: ["C:\\a/x.cmd"],
    env: { PATH: "C:\\a\\" },
    found: "C:\\a/x.cmd",
  },
  {
    name: "Deno that OUTRIGGER_DENO names",
    names: ["deno"],
    engines: defaultEngines("linux"),
    programs: ["/my/deno", "/first/deno"],
    env: { ...posixPath, OUTRIGGER_DENO: "/my/deno" },
    found: "/my/deno",
  },
  {
    name: "Deno on PATH",
    names: ["deno"],
    engines: defaultEngines("linux"),
    programs: ["/first/deno"],
    env: { ...posixPath, OUTRIGGER_DENO: "" },
    found: "/first/deno",
  },
  {
    name: "another Deno that is configured",
    names: ["deno"],
    engines: [engine("deno", "/conf/deno")],
    programs: ["/conf/deno", "/my/deno"],
    env: { OUTRIGGER_DENO: "/my/deno" },
    found: "/conf/deno",
  },
];

for (const { name, names = ["x"], engines, os = "linux", programs, env, found } of rows) {
  Deno.test(`resolveEngine() finds or passes over ${name}`, async () => {
    const [program, args] = typeof found === "string" ? [found, []] : found;
    const result = await resolveEngine(names, engines, world(os, programs, env));
    assertEquals([result.program, result.args], [program, args]);
    assert(names.includes(result.name));
  });
}

Deno.test("resolveEngine() tells what was wanted, what was tried and where", async () => {
  const engines = [engine("node", "nodejs;node"), engine("y", "./y"), engine("z", ";")];
  const rows: [names: string[], message: string][] = [
    [
      ["node"],
      'It needs "node"; "node": there is no "nodejs" and no "node" on PATH (PATH is /first)',
    ],
    [["npm"], 'It needs "npm"; "npm" is not configured'],
    [["y"], 'It needs "y"; "y": there is no "./y"'],
    [["z"], 'It needs "z"; "z": its command is empty'],
    [
      ["npm", "node"],
      'It needs "npm" or "node"; "npm" is not configured; "node": there is no "nodejs" and no ' +
      '"node" on PATH (PATH is /first)',
    ],
  ];
  for (const [names, message] of rows) {
    const nothing = world("linux", [], { PATH: "/first" });
    const error = await assertRejects(() => resolveEngine(names, engines, nothing), Error);
    assertEquals(error.message, message);
  }
  const deno = world("linux", ["/first/deno"], { ...posixPath, OUTRIGGER_DENO: "/gone" });
  const error = await assertRejects(() => resolveEngine(["deno"], defaultEngines("linux"), deno));
  assert((error as Error).message.includes('"/gone", which OUTRIGGER_DENO names'));
});

Deno.test("engineStatus() tests commands, not names", async () => {
  const engines = [
    engine("node", "nodejs;node"),
    engine("python3", "python3"),
    engine("__proto__", "/p"),
    engine("node", "second"),
  ];
  const status = await engineStatus(
    engines,
    world("linux", ["/first/node", "/first/python3.x", "/second/node", "/p"], posixPath),
  );
  assertEquals(JSON.stringify(status), '{"node":"node","__proto__":"/p","python3":null}');
});

Deno.test({
  name: "resolveEngine() takes real files that may be started, and no folders",
  ...needs(posix),
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "outrigger-engines-" });
    try {
      await Deno.mkdir(join(folder, "a/tool"), { recursive: true });
      await Deno.mkdir(join(folder, "b"));
      await Deno.mkdir(join(folder, "c"));
      await Deno.writeTextFile(join(folder, "b/tool"), "", { mode: 0o644 });
      await Deno.writeTextFile(join(folder, "c/real"), "", { mode: 0o755 });
      await Deno.symlink("real", join(folder, "c/tool"));
      const path = ["a", "b", "c"].map((name) => join(folder, name)).join(":");
      const { program } = await resolveEngine(["x"], [engine("x", "tool")], {
        ...engineWorld(folder),
        env: (name) => name === "PATH" ? path : undefined,
      });
      assertEquals(program, join(folder, "c/tool"));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
