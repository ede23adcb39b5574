import type { Table } from "../conformance.ts";

export const os: Table = {
  name: "os",
  rows: () => [],
};
