import { missing, type Row, SUCCESS, type Table, told, WRONG_TYPE } from "../conformance.ts";

const IMAGE = {
  width: 1,
  height: 1,
  bpp: 32,
  bpr: 4,
  redMask: 255,
  greenMask: 65280,
  blueMask: 16711680,
  redShift: 0,
  greenShift: 8,
  blueShift: 16,
  data: "AAAAAA==",
  alphaShift: 24,
  alphaMask: 4278190080,
};

const WROTE = told("Image wrote to the system clipboard");

export const clipboard: Table = {
  name: "clipboard",
  rows: () => [
    ["clipboard.writeText", { data: "grüß" }, SUCCESS],
    ["clipboard.writeText", { data: "" }, SUCCESS],
    ["clipboard.readText", {}, { gives: "" }],
    ["clipboard.writeHTML", { data: "<b>ü</b>" }, SUCCESS],
    ["clipboard.readHTML", {}, { gives: "" }],
    ["clipboard.writeImage", IMAGE, WROTE],
    ["clipboard.writeImage", { ...IMAGE, width: 1.5 }, WROTE],
    // A missing one is reported before one of a wrong type, in the order of the list.
    ...Object.keys(IMAGE).map((name, index, names): Row => [
      "clipboard.writeImage",
      Object.fromEntries([
        ...names.slice(0, index).map((name) => [name, {}]),
        ...names.slice(index + 2).map((name) => [name, null]),
      ]),
      missing(name),
    ]),
    ["clipboard.writeImage", { ...IMAGE, data: "no base64!" }, WRONG_TYPE],
    ["clipboard.readImage", {}, { gives: null }],
    ["clipboard.clear", {}, told("Clipboard cleared")],
    ["clipboard.getFormat", {}, { gives: "unknown" }],
  ],
};
