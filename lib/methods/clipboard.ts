/**
 * `clipboard.*`: without a desktop (contracts: Neutralino 6.2).
 *
 * @module
 */

import { bytesOfBase64 } from "../router/json_text.ts";
import { done, type Method, type MethodTable, returned, told } from "../router/method.ts";

/** The numbers of an image before and behind its `data`; the order is that of the checks. */
const BEFORE = [
  "width",
  "height",
  "bpp",
  "bpr",
  "redMask",
  "greenMask",
  "blueMask",
  "redShift",
  "greenShift",
  "blueShift",
];
const BEHIND = ["alphaShift", "alphaMask"];

/** A text is taken, and nothing is done with it. */
const WRITE: Method = {
  required: ["data"],
  run(params) {
    params.string("data");
    return done();
  },
};

/**
 * The table of `clipboard.*`. There is no clipboard without a desktop: nothing is in it, and what is
 * written is accepted and forgotten.
 */
export function clipboardMethods(): MethodTable {
  return new Map<string, Method>([
    ["clipboard.getFormat", { run: () => returned("unknown") }],
    ["clipboard.readText", { run: () => returned("") }],
    ["clipboard.writeText", WRITE],
    ["clipboard.readHTML", { run: () => returned("") }],
    ["clipboard.writeHTML", WRITE],
    ["clipboard.readImage", { run: () => returned(null) }],
    ["clipboard.writeImage", {
      required: [...BEFORE, "data", ...BEHIND],
      async run(params) {
        for (const name of [...BEFORE, ...BEHIND]) params.int(name, 0);
        await bytesOfBase64(params.string("data"));
        return told("Image wrote to the system clipboard");
      },
    }],
    ["clipboard.clear", { run: () => told("Clipboard cleared") }],
  ]);
}
