import { missing, type Table, told, WRONG_TYPE } from "../conformance.ts";

export const server: Table = {
  name: "server",
  options: { files: { "resources/a.txt": "a" } },
  rows: ({ folder }) => [
    ["server.getMounts", {}, { gives: {} }],
    [
      "server.mount",
      { path: "/m", target: `${folder}/resources` },
      told(`/m mounts to ${folder}/resources`),
    ],
    ["server.getMounts", {}, { gives: { "/m": `${folder}/resources` } }],
    ["server.mount", { path: "/m/", target: `${folder}/resources` }, {
      fails: "NE_SR_MPINUSE",
      message: `Mount path is already in use: ${folder}/resources`,
    }],
    ["server.mount", { path: "/n", target: `${folder}/none` }, {
      fails: "NE_FS_NOPATHE",
      message: `Unable to open path ${folder}/none`,
    }],
    ["server.mount", { path: "/n", target: `${folder}/resources/a.txt` }, {
      fails: "NE_FS_NOTADIR",
      message: `Path ${folder}/resources/a.txt is not a directory`,
    }],
    ["server.mount", { target: folder }, missing("path")],
    ["server.mount", { path: "/n" }, missing("target")],
    ["server.mount", { path: 1, target: folder }, WRONG_TYPE],
    ["server.unmount", { path: "/m" }, told("/m unmounted")],
    ["server.unmount", { path: "/m" }, {
      fails: "NE_SR_NOMTPTH",
      message: "Cannot unmount /m, the path that was not mounted",
    }],
    ["server.unmount", {}, WRONG_TYPE],
    ["server.unmount", { path: [] }, WRONG_TYPE],
  ],
};
