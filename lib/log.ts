/**
 * The host's log: one line a record, to the terminal and to the log file
 * (contracts: Neutralino 1.8).
 *
 * @module
 */

/** Levels of a record, as they are written. */
export type Level = "DEBUG" | "INFO" | "WARNING" | "ERROR";

/** What code that logs needs of a log. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warning(message: string): void;
  error(message: string): void;
}
