import type { Table } from "../conformance.ts";

export const filesystem: Table = {
  name: "filesystem",
  rows: () => [],
};
