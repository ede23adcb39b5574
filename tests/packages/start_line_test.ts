import { assertEquals } from "@std/assert";
import { join, SEPARATOR } from "@std/path";
import { startLine, type StartLineOptions } from "../../lib/packages/start_line.ts";

const START: StartLineOptions = {
  name: "airdcpp-probe",
  main: "dist/main",
  folders: { package: "/x y/package", settings: "/x y/settings", logs: "/x y/logs" },
  apiUrl: "[::1]:5600/api/v1/",
  token: "b1f872e9-ddf8-4d55-98e4-ae1a024908cd",
  debug: true,
  signalReady: true,
  appPid: 4711,
};
const BEFORE = [
  join("/x y/package", "dist/main"),
  "--name=airdcpp-probe",
  "--apiUrl=[::1]:5600/api/v1/",
  "--authToken=b1f872e9-ddf8-4d55-98e4-ae1a024908cd",
  `--logPath=/x y/logs${SEPARATOR}`,
  `--settingsPath=/x y/settings${SEPARATOR}`,
];

const rows: [name: string, options: Partial<StartLineOptions>, rest: string[]][] = [
  ["everything", {}, ["--debug", "--signalReady", "--appPid=4711"]],
  ["no debug mode", { debug: false }, ["--signalReady", "--appPid=4711"]],
  ["no ready signal", { signalReady: false }, ["--debug", "--appPid=4711"]],
  ["no process id", { appPid: undefined }, ["--debug", "--signalReady"]],
  ["an address without its slash", { apiUrl: "[::1]:5600/api/v1", debug: false }, [
    "--signalReady",
    "--appPid=4711",
  ]],
  ["folders with their slash", {
    folders: { package: "/x y/package/", settings: "/x y/settings/", logs: "/x y/logs/" },
    debug: false,
    signalReady: false,
  }, ["--appPid=4711"]],
];

for (const [name, options, rest] of rows) {
  Deno.test(`startLine() is exactly that of contracts: AirDC++ 5: ${name}`, () => {
    const line = startLine({ ...START, ...options });
    assertEquals(line.map((word) => word.replace(/\/$/, SEPARATOR)), [
      ...BEFORE.map((word) => word.replace(/\/$/, SEPARATOR)),
      ...rest,
    ]);
  });
}
