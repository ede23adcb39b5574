import type { Table } from "../conformance.ts";

const refused = (method: string) => ({
  fails: "NE_RT_NATPRME",
  message: `Missing permission to execute the native method: ${method}`,
});

export const host: Table = {
  name: "host",
  options: { config: { extensions: [{ id: "z.ext" }] } },
  rows: () => [
    ["host.getInfo", {}, refused("host.getInfo")],
    ["host.diagnose", { extensionId: "z.ext" }, refused("host.diagnose")],
    ["host.diagnose", { extensionId: "ü" }, refused("host.diagnose")],
  ],
};
