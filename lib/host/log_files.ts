/**
 * The log files of a host: its own and those of its extensions (contracts: Neutralino 1.8).
 *
 * @module
 */

import type { LoadedConfig } from "../config/load.ts";
import type { LoggingSettings } from "../config/settings.ts";
import { ExtensionLogs } from "../extensions/logs.ts";
import { LineWriter } from "../line_writer.ts";
import type { HostLog } from "../log.ts";
import { RotatingFile } from "../rotating_file.ts";

const FLUSH_MS = 500;

/** From now on, until it ends, `log` goes to its file too if the configuration wants that. */
export function openLogFile(
  { settings: { logging }, locations }: LoadedConfig,
  log: HostLog,
  cleanUp: AsyncDisposableStack,
): void {
  log.enabled = logging.enabled;
  if (!logging.enabled || !logging.writeToLogFile) return;
  const file = new RotatingFile(locations.logFile, bounds(logging, log));
  log.fileFormat = logging.format;
  const note = (lines: number) => log.record("WARNING", `${lines} lines left out: slow disk`);
  const writer = log.file = new LineWriter(file, { note });
  cleanUp.defer(async () => {
    await writer.flush(FLUSH_MS);
    log.file = undefined;
    file.close();
  });
}

/** The logs of extensions; written if the configuration wants that. */
export function openExtensionLogs(
  { settings: { logging }, locations }: LoadedConfig,
  log: HostLog,
  cleanUp: AsyncDisposableStack,
): ExtensionLogs {
  const logs = new ExtensionLogs({
    ...bounds(logging, log),
    folder: logging.enabled && logging.writeToLogFile ? locations.logsPath : undefined,
    format: logging.format,
    mask: log.mask,
  });
  cleanUp.defer(() => logs.close(FLUSH_MS));
  return logs;
}

function bounds({ maxFileBytes, keepFiles }: LoggingSettings, log: HostLog) {
  return {
    maxBytes: maxFileBytes,
    keep: keepFiles,
    report: (message: string) => log.warning(message),
  };
}
