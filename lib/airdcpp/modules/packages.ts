/**
 * `outrigger/packages`: what the contract has no endpoint for. Described in lib/airdcpp/API.md.
 *
 * @module
 */

import { describeExtension } from "../../packages/extension_events.ts";
import { permissionsOf } from "../../packages/grants.ts";
import type { Installer, PackageSource } from "../../packages/install.ts";
import type { PackagedExtension } from "../../packages/packaged_extension.ts";
import type { Packages } from "../../packages/packages.ts";
import type { NpmRegistry } from "../../packages/npm_registry.ts";
import { readLogTail } from "../../packages/log_tail.ts";
import type { ExtensionRegistry } from "../../extensions/registry.ts";
import { ApiError } from "../api_error.ts";
import { Fields } from "../fields.ts";
import type { ApiRequest, Route } from "../route.ts";
import type { Uploads } from "../uploads.ts";
import { orConflict } from "./extensions.ts";

/** What the endpoints need. */
export interface PackageRouteOptions {
  packages: Packages;
  installer: Installer;
  registry: ExtensionRegistry;
  npm: NpmRegistry;
  uploads: Uploads;
}

/** Of a log, as it is read at once. */
const TAIL_BYTES = 65_536;

/** The endpoints. All of them need `admin`. */
export function packageRoutes(options: PackageRouteOptions): Route[] {
  const { packages, npm } = options;
  const path = "outrigger/packages/{name:airdcpp-.+}";
  return [
    {
      method: "POST",
      path: "outrigger/packages/install",
      permission: "admin",
      run: (request) => install(request, options),
    },
    {
      method: "POST",
      path: "outrigger/packages/updates",
      permission: "admin",
      run: ({ body }) => updates(new Fields(body), options),
    },
    {
      method: "POST",
      path: "outrigger/packages/search",
      permission: "admin",
      run({ body }) {
        const fields = new Fields(body);
        const text = fields.optional("text", (name) => fields.text(name));
        return orUnreachable(() => npm.search(text));
      },
    },
    {
      method: "GET",
      path,
      permission: "admin",
      run: (request) => details(entity(packages, request), options),
    },
    {
      method: "POST",
      path: `${path}/restart`,
      permission: "admin",
      async run(request) {
        const extension = entity(packages, request);
        await orConflict(async () => {
          await packages.stop(extension);
          await packages.start(extension).catch((error: Error) => {
            throw new ApiError(500, error.message);
          });
        });
      },
    },
    {
      method: "GET",
      path: `${path}/logs/{file:[\\w-][\\w.-]*}`,
      permission: "admin",
      async run(request) {
        const { folders } = entity(packages, request);
        const file = request.params.get("file")!;
        const tail = folders && await readLogTail(folders.logs, { file, maxBytes: TAIL_BYTES });
        if (tail === undefined) throw new ApiError(404, `There is no log "${file}"`);
        return tail;
      },
    },
  ];
}

async function install(
  { body }: ApiRequest,
  { packages, installer, uploads }: PackageRouteOptions,
): Promise<unknown> {
  const fields = new Fields(body);
  const text = (name: string) => fields.optional(name, (name) => fields.text(name));
  const wait = fields.optional("wait", (name) => fields.boolean(name)) ?? false;
  const [name, url, upload] = [text("name"), text("url"), text("upload")];
  if ([name, url, upload].filter((it) => it !== undefined).length !== 1) {
    throw new ApiError(422, 'One of "name", "url" and "upload" says what is to be installed', {
      field: "name",
      code: "missing_field",
    });
  }
  const installId = text("install_id") ?? name ?? url ?? upload!;
  let source: PackageSource;
  let file: string | undefined;
  if (upload !== undefined) {
    file = await uploads.take(upload);
    if (file === undefined) throw new ApiError(404, "There is no such upload");
    source = { file };
  } else if (url !== undefined) {
    const [shasum, integrity] = [text("shasum"), text("integrity")];
    source = { url, ...(shasum && { shasum }), ...(integrity && { integrity }) };
  } else {
    const version = text("version");
    source = { name: name!, ...(version && { version }) };
  }
  return await orConflict(async () => {
    const installing = installer.install(source, installId).finally(async () => {
      if (file !== undefined) await Deno.remove(file).catch(() => {});
    });
    if (!wait) return void installing.catch(() => {});
    const manifest = await installing.catch((error: Error) => {
      throw new ApiError(500, error.message);
    });
    return await describeExtension(packages.get(manifest.name)!);
  });
}

async function updates(
  fields: Fields,
  { packages, npm }: PackageRouteOptions,
): Promise<unknown> {
  const names = fields.optional("names", (name) => fields.texts(name));
  const asked = packages.all.filter(({ name, managed, manifest }) =>
    managed && (names === undefined ? !manifest.private : names.includes(name))
  );
  return await Promise.all(asked.map(async ({ name, manifest: { version } }) => {
    try {
      const { release, newMajor } = await npm.newest(name, version);
      const newest = release?.version ?? null;
      return { name, version, newest, new_major: newMajor ?? null, error: null };
    } catch (error) {
      const { message } = error as Error;
      return { name, version, newest: null, new_major: null, error: message };
    }
  }));
}

async function details(
  extension: PackagedExtension,
  { packages, registry }: PackageRouteOptions,
): Promise<unknown> {
  const { name, folders, manifest } = extension;
  const supervisor = registry.supervisor(name)!;
  const { state, reason, pid, uptimeMs, restarts, lastExit } = supervisor;
  return {
    extension: await describeExtension(extension),
    state,
    reason,
    pid: pid ?? null,
    uptime_ms: uptimeMs ?? null,
    restarts,
    last_exit: lastExit ?? null,
    folder: folders?.root ?? null,
    granted: permissionsOf(packages.options.settings, name),
    asks: manifest.permissions,
  };
}

function entity(packages: Packages, { params }: ApiRequest): PackagedExtension {
  const name = params.get("name")!;
  const extension = packages.get(name);
  if (extension === undefined) throw new ApiError(404, `There is no extension "${name}"`);
  return extension;
}

async function orUnreachable<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(502, (error as Error).message);
  }
}
