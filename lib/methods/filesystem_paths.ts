/**
 * `filesystem.*`: paths and permissions (contracts: Neutralino 6.7).
 *
 * @module
 */

import { tidyPath } from "../config/os_paths.ts";
import { HostError } from "../errors.ts";
import { absolutePath, joinPaths, pathParts, unslashed } from "../filesystem/paths.ts";
import { done, type Method, returned } from "../router/method.ts";
import { wrongType } from "../router/params.ts";
import { attempt, reads, writes } from "./file_calls.ts";

// Loaded when they are first needed: a start is quicker without them.
const access = () => import("../filesystem/access.ts");
const permissions = () => import("../filesystem/permissions.ts");
const realPaths = () => import("../filesystem/real_path.ts");

/** Section 6.7, paths. */
export function pathEntries(): [string, Method][] {
  return [
    ["filesystem.getAbsolutePath", {
      required: ["path"],
      run(params) {
        const path = params.string("path");
        if (path === "") throw wrongType();
        return returned(absolutePath(path));
      },
    }],
    ["filesystem.getRelativePath", {
      required: ["path"],
      lane: (params) => ({ reads: [params.string("path"), params.string("base")] }),
      async run(params) {
        const path = params.string("path");
        if (path === "") return returned("");
        const { relativePath } = await realPaths();
        return returned(await relativePath(path, params.string("base")));
      },
    }],
    ["filesystem.getPathParts", {
      required: ["path"],
      run: (params) => returned(pathParts(params.string("path"))),
    }],
    ["filesystem.getJoinedPath", {
      required: ["paths"],
      lane: (params) => ({ reads: [joinPaths(params.strings("paths"))] }),
      async run(params) {
        const joined = joinPaths(params.strings("paths"));
        if (joined === "") return returned("");
        const real = await (await realPaths()).realAsFarAsExists(joined);
        return returned(joined.endsWith("/") && !real.endsWith("/") ? `${real}/` : real);
      },
    }],
    ["filesystem.getNormalizedPath", {
      required: ["path"],
      run: (params) => returned(tidyPath(params.string("path"), Deno.build.os)),
    }],
    ["filesystem.getUnnormalizedPath", {
      required: ["path"],
      run: (params) => returned(unslashed(params.string("path"))),
    }],
  ];
}

/** Section 6.7, permissions. */
export function permissionEntries(): [string, Method][] {
  return [
    ["filesystem.getPermissions", {
      required: ["path"],
      lane: reads,
      async run(params) {
        const path = params.string("path");
        const { mode } = await attempt(Deno.stat(path), "NE_FS_NOPATHE", path);
        return returned((await permissions()).namedPermissions(mode ?? 0o777));
      },
    }],
    ["filesystem.setPermissions", {
      required: ["path"],
      lane: writes,
      async run(params) {
        const path = params.string("path");
        const how = params.string("mode", "REPLACE");
        const { permissionMask } = await permissions();
        const mask = permissionMask((name) => params.bool(name, false));
        const { changePermissions } = await access();
        await attempt(changePermissions(path, mask, how), "NE_FS_UNLSTPR", path);
        return returned(mask);
      },
    }],
    ["filesystem.access", {
      required: ["path"],
      lane: reads,
      async run(params) {
        const path = params.string("path");
        const mode = params.int("mode", 0);
        const allowed = await (await access()).mayAccess(path, mode);
        if (!allowed) throw new HostError("NE_FS_ACSFAIL", path);
        return done();
      },
    }],
    ["filesystem.chmod", {
      required: ["path", "mode"],
      lane: writes,
      async run(params) {
        const path = params.string("path");
        const mode = params.int("mode", 0) & 0o7777;
        return await attempt(Deno.chmod(path, mode).then(done), "NE_FS_CHMDERR", path);
      },
    }],
    ["filesystem.chown", {
      required: ["path", "uid", "gid"],
      lane: writes,
      async run(params) {
        const path = params.string("path");
        const owner = { uid: params.int("uid", -1), gid: params.int("gid", -1) };
        const { changeOwner } = await access();
        return await attempt(changeOwner(path, owner).then(done), "NE_FS_CHWNERR", path);
      },
    }],
  ];
}
