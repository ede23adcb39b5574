import { missing, type Table, told, WRONG_TYPE } from "../conformance.ts";

export const debug: Table = {
  name: "debug",
  rows: () => [
    ["debug.log", { message: "hello" }, told("Wrote to the log file: neutralino.log")],
    [
      "debug.log",
      { message: "hello", type: "WARNING" },
      told("Wrote to the log file: neutralino.log"),
    ],
    ["debug.log", { message: "hello", type: "NO" }, told("Wrote to the log file: neutralino.log")],
    ["debug.log", {}, missing("message")],
    ["debug.log", { message: {} }, WRONG_TYPE],
    ["debug.log", { message: "x", type: 1 }, WRONG_TYPE],
  ],
};
