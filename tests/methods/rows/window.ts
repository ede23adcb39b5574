import { NATIVE_API } from "../native_api.ts";
import { type Row, type Table, told } from "../conformance.ts";

/** In every mode but `window` each is known by name and does nothing, whatever its parameters. */
export const window: Table = {
  name: "window",
  rows: () =>
    [...NATIVE_API.keys()].filter((name) => name.startsWith("window.")).flatMap((name): Row[] => {
      const discarded = told(`Discarded. ${name} works within the window mode only`);
      return [[name, {}, discarded], [name, { path: "ü" }, discarded], [name, [], discarded]];
    }).concat([["window.create", {}, { fails: "NE_RT_NATNTIM" }]]),
};
