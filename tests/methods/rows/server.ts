import { missing, type Table, told, WRONG_TYPE } from "../conformance.ts";

export const server: Table = {
  name: "server",
  options: { files: { "resources/a.txt": "a", "grüße/b.txt": "ü" } },
  rows: ({ folder, host: { url } }) => [
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
    // Other alphabets, and what is served then.
    [
      "server.mount",
      { path: "/ünï/日本", target: `${folder}/grüße/` },
      told(`/ünï/日本 mounts to ${folder}/grüße/`),
    ],
    ["server.getMounts", {}, {
      satisfies: async (mounts: Record<string, string>) => {
        const response = await fetch(`${url}/ünï/日本/b.txt`);
        return await response.text() === "ü" && response.status === 200 &&
          mounts["/ünï/日本"] === `${folder}/grüße`;
      },
    }],
    ["server.mount", { path: "/ünï/日本", target: `${folder}/日本` }, {
      fails: "NE_FS_NOPATHE",
      message: `Unable to open path ${folder}/日本`,
    }],
    ["server.unmount", { path: "/ünï/日本/" }, told("/ünï/日本/ unmounted")],
    ["server.getMounts", {}, {
      satisfies: async (mounts: Record<string, string>) => {
        const response = await fetch(`${url}/ünï/日本/b.txt`);
        await response.body?.cancel();
        return response.status === 404 && Object.keys(mounts).length === 0;
      },
    }],
    ["server.unmount", { path: "/ünï/日本" }, {
      fails: "NE_SR_NOMTPTH",
      message: "Cannot unmount /ünï/日本, the path that was not mounted",
    }],
    ["server.mount", { path: "", target: "." }, told(" mounts to .")],
    ["server.getMounts", {}, { gives: { "/": "." } }],
    ["server.unmount", { path: "/" }, told("/ unmounted")],
    ["server.unmount", {}, WRONG_TYPE],
    ["server.unmount", { path: [] }, WRONG_TYPE],
  ],
};
