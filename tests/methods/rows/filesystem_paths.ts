import { missing, type Row, SUCCESS, type Table, WRONG_TYPE } from "../conformance.ts";

/** Section 6.7 as rows. */
export const filesystemPaths: Table = {
  name: "filesystem paths and permissions",
  options: {
    files: { "ä/b/c.txt": "c", "plain.txt": "plain", "program ü": "#!/bin/sh\n", "- ü": "" },
  },
  async rows({ folder: given }) {
    // Temporary folders are behind a link on some systems.
    const folder = (await Deno.realPath(given)).replaceAll("\\", "/");
    const posix = Deno.build.os !== "windows";
    if (posix) {
      await Deno.symlink("ä", `${folder}/link`);
      await Deno.chmod(`${folder}/program ü`, 0o711);
    }
    return [...paths(folder), ...(posix ? posixPaths(folder) : []), ...permissions(folder, posix)];
  },
};

function paths(folder: string): Row[] {
  const cwd = Deno.cwd().replaceAll("\\", "/");
  const join = (...paths: string[]): [string, object] => ["filesystem.getJoinedPath", { paths }];
  const relative = (path: string, base?: string | null): [string, object] => [
    "filesystem.getRelativePath",
    { path, base },
  ];
  return [
    ["filesystem.getAbsolutePath", { path: "./a/../b ü" }, { gives: `${cwd}/./a/../b ü` }],
    ["filesystem.getAbsolutePath", { path: `${folder}/none` }, { gives: `${folder}/none` }],
    ["filesystem.getAbsolutePath", { path: "" }, WRONG_TYPE],
    ["filesystem.getAbsolutePath", { path: [] }, WRONG_TYPE],

    [...relative(`${folder}/ä/b/c.txt`, folder), { gives: "ä/b/c.txt" }],
    [...relative(folder, `${folder}/ä/b`), { gives: "../.." }],
    [...relative(`${folder}/ä/none/x`, `${folder}/plain/y`), { gives: "../../ä/none/x" }],
    [...relative(`${folder}/ä/../ä`, `${folder}/ä`), { gives: "." }],
    [...relative(`${cwd}/deno.json`), { gives: "deno.json" }],
    [...relative("none/x", null), { gives: "none/x" }],
    [...relative("../x"), { gives: "../x" }],
    [...relative(""), { gives: "" }],
    [...relative("a", 1 as never), WRONG_TYPE],

    ["filesystem.getPathParts", { path: "/grüß/b/c.tar.gz" }, {
      gives: {
        rootName: "",
        rootDirectory: "/",
        rootPath: "/",
        relativePath: "grüß/b/c.tar.gz",
        parentPath: "/grüß/b",
        filename: "c.tar.gz",
        stem: "c.tar",
        extension: ".gz",
      },
    }],
    ["filesystem.getPathParts", { path: ".hidden" }, {
      satisfies: ({ stem, extension }: Record<string, string>) =>
        stem === ".hidden" && extension === "",
    }],

    [...join(folder, "ä", "..", "plain.txt"), { gives: `${folder}/plain.txt` }],
    [...join("none here", "b", "..", "c"), { gives: "none here/c" }],
    [...join("x", folder, "ä/b"), { gives: `${folder}/ä/b` }],
    [...join(".", "none here", "c"), { gives: `${cwd}/none here/c` }],
    [...join("lib", "..", "none here"), { gives: `${cwd}/none here` }],
    [...join(folder, "none/"), { gives: `${folder}/none/` }],
    [...join(`${folder}/`), { gives: `${folder}/` }],
    [...join("ü"), { gives: "ü" }],
    [...join(), { gives: "" }],
    [...join(""), { gives: "" }],
    ["filesystem.getJoinedPath", {}, missing("paths")],
    ["filesystem.getJoinedPath", { paths: ["a", 1] }, WRONG_TYPE],
    ["filesystem.getJoinedPath", { paths: "a" }, WRONG_TYPE],

    ["filesystem.getNormalizedPath", { path: "/ü/b/" }, { gives: "/ü/b" }],
    ["filesystem.getNormalizedPath", { path: "/a//" }, { gives: "/a/" }],
    ["filesystem.getNormalizedPath", { path: "/" }, { gives: "/" }],
    ["filesystem.getNormalizedPath", { path: "" }, { gives: "" }],
    ["filesystem.getUnnormalizedPath", { path: "ü" }, { gives: "ü" }],
    ["filesystem.getUnnormalizedPath", { path: "" }, { gives: "" }],
  ];
}

function posixPaths(folder: string): Row[] {
  return [
    ["filesystem.getJoinedPath", { paths: [folder, "link", "b"] }, { gives: `${folder}/ä/b` }],
    ["filesystem.getJoinedPath", { paths: [folder, "link", "x"] }, { gives: `${folder}/ä/x` }],
    ["filesystem.getJoinedPath", { paths: [folder, "link/b/../.."] }, { gives: folder }],
    ["filesystem.getRelativePath", { path: `${folder}/link/b`, base: `${folder}/ä` }, {
      gives: "b",
    }],
    ["filesystem.getNormalizedPath", { path: "a\\b/" }, { gives: "a\\b" }],
    ["filesystem.getUnnormalizedPath", { path: "/a/b\\c/" }, { gives: "/a/b\\c/" }],
  ];
}

function permissions(folder: string, posix: boolean): Row[] {
  const file = `${folder}/program ü`;
  const none = `${folder}/nø`;
  const failing = (code: string, message: string) => ({ fails: code, message });
  const access = (path: string, mode?: number | null): [string, object] => [
    "filesystem.access",
    { path, mode },
  ];
  const set = (members: object): [string, object] => ["filesystem.setPermissions", {
    path: file,
    ...members,
  }];
  const mode = (expected: number, value?: number) => ({
    satisfies: async (got: unknown) =>
      (value === undefined || got === value) &&
      (!posix || ((await Deno.stat(file)).mode! & 0o7777) === expected),
  });
  const denied = (path: string) => failing("NE_FS_ACSFAIL", `File access check failed for ${path}`);
  return [
    [...access(file), SUCCESS],
    [...access(file, null), SUCCESS],
    [...access(file, 4), SUCCESS],
    [...access(file, 6), SUCCESS],
    [...access(`${folder}/- ü`, 4), SUCCESS],
    [...access(folder, 7), SUCCESS],
    [...access(none), denied(none)],
    [...access(none, 4), denied(none)],
    [...access(""), denied("")],
    [...access(file, 8), denied(file)],
    [...access(file, -1), denied(file)],
    ["filesystem.access", { path: file, mode: "4" }, WRONG_TYPE],
    ...(posix
      ? [
        [...access(file, 1), SUCCESS],
        // Nobody may run this one, not even the superuser.
        [...access(`${folder}/plain.txt`, 1), denied(`${folder}/plain.txt`)],
        [...access(`${folder}/plain.txt`, 5), denied(`${folder}/plain.txt`)],
      ] as Row[]
      : []),

    ["filesystem.chmod", { path: file, mode: 0o640 }, mode(0o640)],
    ["filesystem.chmod", { path: file, mode: 0o600 }, SUCCESS],
    [
      "filesystem.chmod",
      { path: none, mode: 0o600 },
      failing(
        "NE_FS_CHMDERR",
        `Unable to change permissions for ${none}`,
      ),
    ],
    ["filesystem.chmod", { path: file }, missing("mode")],
    ["filesystem.chmod", { path: file, mode: "600" }, WRONG_TYPE],

    // Keep: what is given back is what was asked for.
    [...set({ ownerRead: true, groupRead: true }), mode(0o440, 288)],
    [...set({ ownerAll: true, mode: "ADD" }), mode(0o740, 0o700)],
    [...set({ groupRead: true, ownerExec: true, mode: "REMOVE" }), mode(0o600, 0o140)],
    [...set({ all: true, mode: "REPLACE" }), mode(0o777, 0o777)],
    [
      ...set({ othersAll: false, groupAll: null, ownerWrite: true, mode: "NO" }),
      mode(0o200, 0o200),
    ],
    [...set({}), mode(0, 0)],
    [...set({ all: 1 }), WRONG_TYPE],
    [...set({ ownerRead: "true" }), WRONG_TYPE],
    [...set({ mode: 1 }), WRONG_TYPE],
    [...set({ othersExec: true, ownerRead: true, ownerWrite: true }), mode(0o601, 0o601)],
    [
      "filesystem.setPermissions",
      { path: none, all: true },
      failing(
        "NE_FS_UNLSTPR",
        `Unable to set file permissions for ${none}`,
      ),
    ],
    ["filesystem.getPermissions", { path: file }, {
      satisfies: (got: Record<string, boolean>) =>
        Object.keys(got).join() ===
          "all,ownerAll,ownerRead,ownerWrite,ownerExec,groupAll,groupRead,groupWrite,groupExec," +
            "othersAll,othersRead,othersWrite,othersExec" &&
        (!posix ||
          Object.keys(got).filter((name) => got[name]).join() ===
            "ownerRead,ownerWrite,othersExec"),
    }],
    [
      "filesystem.getPermissions",
      { path: none },
      failing(
        "NE_FS_NOPATHE",
        `Unable to open path ${none}`,
      ),
    ],

    ["filesystem.chown", { path: file, uid: -1, gid: -1 }, SUCCESS],
    ["filesystem.chown", { path: file, uid: Deno.uid() ?? 0, gid: Deno.gid() ?? 0 }, SUCCESS],
    ["filesystem.chown", { path: file, uid: 1 }, missing("gid")],
    ["filesystem.chown", { path: file, uid: 1, gid: "1" }, WRONG_TYPE],
    ...(posix
      ? [
        [
          "filesystem.chown",
          { path: none, uid: -1, gid: -1 },
          failing(
            "NE_FS_CHWNERR",
            `Unable to change ownership for ${none}`,
          ),
        ],
        // The runtime would take 2^32 for the superuser.
        ["filesystem.chown", { path: file, uid: 2 ** 32, gid: -1 }, { fails: "NE_FS_CHWNERR" }],
        ["filesystem.chown", { path: file, uid: -2, gid: -1 }, { fails: "NE_FS_CHWNERR" }],
      ] as Row[]
      : []),
  ];
}
