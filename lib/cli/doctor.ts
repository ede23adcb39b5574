/**
 * `outrigger doctor`: what keeps extensions from being connected, and what to do.
 *
 * @module
 */

import { resolve } from "@std/path";
import type { LoadedConfig } from "../config/load.ts";
import { StartError } from "../errors.ts";
import type { Finding } from "../extensions/doctor.ts";
import { type Check, checkExtension, checkPort } from "./checks.ts";
import { type Command, CommandError, EXIT, type Input, PATH, type Terminal } from "./command.ts";
import { appOf, withHost } from "./running_host.ts";
import { type HostStatus, readStatus } from "./status.ts";

/** What `--json` prints. */
export interface Report {
  /** Of the running host; `null` without one. */
  host: HostStatus["host"] | null;
  /** Why there is none, or none that answers. */
  noHost: string | null;
  /** What was looked at before any extension. */
  checks: Check[];
  extensions: { id: string; state: string | null; findings: Finding[] }[];
}

/** The command. */
export const doctor: Command = {
  name: "doctor",
  words: "[ID]",
  count: [0, 1],
  summary: "Find out why an extension is not connected, and what to do",
  details:
    `Of a running host it tells why each extension, or this one, is not connected. Without one it checks
the configuration, whether the programs in commands are there, and whether the port is free.
Exit code 1 when something is found.`,
  options: [PATH],
  async run(input, terminal) {
    const report = await examine(input);
    if (input.flag("json")) terminal.json(report);
    else terminal.print(reportText(report, terminal));
    const fine = report.checks.every(({ ok }) => ok) &&
      report.extensions.every(({ findings }) => findings.length === 0);
    return fine ? EXIT.fine : EXIT.failed;
  },
};

async function examine(input: Input): Promise<Report> {
  const [only] = input.words;
  const report: Report = { host: null, noHost: null, checks: [], extensions: [] };
  let app: LoadedConfig;
  try {
    app = await appOf(input);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    const advice = "Put the configuration right; the host would not start.";
    report.checks.push({ id: "config", ok: false, detail: error.message, advice });
    return report;
  }
  report.checks.push(checkConfig(app));
  try {
    await withHost(app, async (client) => {
      const { host, extensions } = await readStatus(client);
      report.host = host;
      for (const { id, state } of chosen(extensions, only)) {
        const findings = await client.call("host.diagnose", { extensionId: id });
        report.extensions.push({ id, state, findings: findings as unknown as Finding[] });
      }
    });
  } catch (error) {
    if (!(error instanceof CommandError) || error.exitCode !== EXIT.noHost) throw error;
    report.noHost = error.message;
    report.checks.push(checkPort(app.settings.port));
    const entries = app.settings.extensions ?? [];
    for (const entry of chosen(entries, only)) {
      const finding = await checkExtension(entry, {
        authInfoExported: app.settings.exportAuthInfo,
      });
      const findings = finding === undefined ? [] : [finding];
      report.extensions.push({ id: entry.id, state: null, findings });
    }
  }
  return report;
}

/** What is said about the configuration as a whole. */
function checkConfig({ settings, warnings, configFile, locations }: LoadedConfig): Check {
  const { extensions = [], enableExtensions, enableServer, enableNativeAPI } = settings;
  const problems = [...warnings];
  if (extensions.length > 0) {
    const off = Object.entries({ enableExtensions, enableServer, enableNativeAPI })
      .filter(([, on]) => !on).map(([key]) => `"${key}" is off`);
    problems.push(...off);
  }
  return {
    id: "config",
    ok: problems.length === 0,
    detail: problems.length === 0 ? `${configFile.slice(1)} can be used` : problems.join("; "),
    advice: problems.length === 0
      ? ""
      : `Change it in ${resolve(locations.appPath)}${configFile}; --path=DIR names another app.`,
  };
}

function chosen<Item extends { id: string }>(
  items: readonly Item[],
  only: string | undefined,
): readonly Item[] {
  if (only === undefined) return items;
  const found = items.filter(({ id }) => id === only);
  if (found.length > 0) return found;
  const ids = items.map(({ id }) => id).join(", ");
  throw new CommandError(`No extension "${only}" is there: ${ids === "" ? "none is" : ids}`);
}

function reportText({ host, noHost, checks, extensions }: Report, terminal: Terminal): string {
  const mark = (ok: boolean) => terminal.paint(ok ? "ok" : "!!", ok ? "green" : "red");
  const lines = checks.map(({ id, ok, detail, advice }) =>
    `${mark(ok)}  ${id}: ${detail}${
      advice === "" ? "" : `\n    ${terminal.paint("→", "yellow")} ${advice}`
    }`
  );
  if (host !== null) lines.push(`${mark(true)}  host: runs at ${host.url} (process ${host.pid})`);
  else if (noHost !== null) lines.push(`${terminal.paint("--", "grey")}  host: ${noHost}`);
  for (const { id, state, findings } of extensions) {
    const standing = state ?? (findings.length === 0 ? "can be started" : "cannot be started");
    lines.push(`${mark(findings.length === 0)}  ${terminal.paint(id, "bold")}: ${standing}`);
    for (const { id, verdict, detail, advice } of findings) {
      lines.push(
        `    ${verdict} ${terminal.paint(`[${id}]`, "grey")}`,
        `    ${detail.replaceAll("\n", "\n      ")}`,
        `    ${terminal.paint("→", "yellow")} ${advice}`,
      );
    }
  }
  return lines.join("\n");
}
