import { type Table } from "../conformance.ts";

export const custom: Table = {
  name: "custom",
  rows: () => [
    ["custom.getMethods", {}, { gives: [] }],
  ],
};
