/**
 * Module `extensions`: which there are, their life and their settings (contracts: AirDC++ 12.2, 12.3).
 *
 * @module
 */

import { ConflictError } from "../../packages/conflict_error.ts";
import { engineStatus } from "../../packages/engines.ts";
import { describeExtension } from "../../packages/extension_events.ts";
import { changeSettings, defineSettings } from "../../packages/extension_settings.ts";
import type { Installer } from "../../packages/install.ts";
import { ManifestError } from "../../packages/manifest.ts";
import type { PackagedExtension } from "../../packages/packaged_extension.ts";
import type { Packages } from "../../packages/packages.ts";
import { serializeDefinition } from "../../packages/setting_definition.ts";
import { ApiError } from "../api_error.ts";
import { Fields, invalid } from "../fields.ts";
import type { ApiModule, ApiRequest, Route } from "../route.ts";
import type { Session } from "../session.ts";

/** Events of the module, and whether one may listen for one extension alone (13.1). */
export const EXTENSION_EVENTS: ReadonlyMap<string, "module" | "entity"> = new Map([
  ["extension_added", "module"],
  ["extension_removed", "module"],
  ["extension_installation_started", "module"],
  ["extension_installation_progress", "module"],
  ["extension_installation_succeeded", "module"],
  ["extension_installation_failed", "module"],
  ["extension_started", "entity"],
  ["extension_stopped", "entity"],
  ["extension_updated", "entity"],
  ["extension_settings_updated", "entity"],
  ["extension_package_updated", "entity"],
]);

/** The module. */
export function extensionsModule(packages: Packages, installer: Installer): ApiModule {
  return {
    name: "extensions",
    events: { permission: "settings_view", names: EXTENSION_EVENTS },
    entity: {
      pattern: /^airdcpp-.+$/,
      idOf: (name) => packages.get(name)?.name,
    },
    routes: [
      ...collectionRoutes(packages, installer),
      ...lifeRoutes(packages),
      ...settingsRoutes(packages),
    ],
  };
}

/** Whether a session is that of the extension itself, or may do what that may. */
export function speaksFor(session: Session, extension: PackagedExtension): boolean {
  return isOwn(session, extension) || session.allows("admin");
}

/** Whether a session is that of the extension itself, over whichever transport. */
export function isOwn(session: Session, { owner }: PackagedExtension): boolean {
  return owner !== undefined && (owner === session || owner === session.socket);
}

/**
 * Makes a session an extension. It is that of the very connection that the session has, since the
 * session may have another one a moment later; without a connection, of the session (12.2).
 */
async function register({ session, socket, body }: ApiRequest, packages: Packages) {
  const owner = socket ?? session;
  const extension = await packages.register(body, owner);
  // It may have gone while another registration was looked at.
  const gone = socket === undefined ? session.ended : socket !== session.socket;
  if (gone) await packages.unregister(owner);
  return extension;
}

function collectionRoutes(packages: Packages, installer: Installer): Route[] {
  return [
    {
      method: "GET",
      path: "extensions",
      permission: "settings_view",
      run: () => Promise.all(packages.all.map((extension) => describeExtension(extension))),
    },
    {
      method: "POST",
      path: "extensions",
      permission: "admin",
      async run(request) {
        try {
          return await describeExtension(await register(request, packages));
        } catch (error) {
          // 12.2: a name that is taken and content that cannot be used are the same here.
          throw new ApiError(400, (error as Error).message);
        }
      },
    },
    {
      method: "POST",
      path: "extensions/download",
      permission: "admin",
      async run({ body }) {
        const fields = new Fields(body);
        const installId = fields.text("install_id");
        const url = fields.text("url");
        if (!/^https?:\/\//i.test(url)) throw invalid("url", "an address with http:// or https://");
        // 3.3: an empty one is none.
        const text = (name: string) =>
          fields.optional(
            name,
            (name) => fields.value(name) === "" ? undefined : fields.text(name),
          );
        const [shasum, integrity] = [text("shasum"), text("integrity")];
        const source = { url, ...(shasum && { shasum }), ...(integrity && { integrity }) };
        // Its outcome is told by events.
        await orConflict(() => void installer.install(source, installId).catch(() => {}));
      },
    },
    {
      method: "GET",
      path: "extensions/engines/status",
      permission: "settings_view",
      run: () => engineStatus(packages.options.server.engines, packages.options.world),
    },
  ];
}

function lifeRoutes(packages: Packages): Route[] {
  const path = "extensions/{name:airdcpp-.+}";
  return [
    {
      method: "GET",
      path,
      permission: "settings_view",
      run: (request) => describeExtension(entity(packages, request)),
    },
    {
      method: "PATCH",
      path,
      permission: "admin",
      async run(request) {
        const extension = entity(packages, request);
        const fields = new Fields(request.body);
        const disabled = fields.optional("disabled", (name) => fields.boolean(name));
        if (disabled === undefined) return;
        await orFailed(() => packages.setDisabled(extension, disabled));
      },
    },
    {
      method: "DELETE",
      path,
      permission: "admin",
      run: (request) => orFailed(() => packages.remove(entity(packages, request))),
    },
    {
      method: "POST",
      path: `${path}/start`,
      permission: "admin",
      run: (request) => orFailed(() => packages.start(entity(packages, request))),
    },
    {
      method: "POST",
      path: `${path}/stop`,
      permission: "admin",
      run: (request) => orFailed(async () => await packages.stop(entity(packages, request))),
    },
    {
      method: "POST",
      path: `${path}/ready`,
      permission: "any",
      run(request) {
        const extension = entity(packages, request);
        if (!speaksFor(request.session, extension)) {
          throw new ApiError(403, `Only "${extension.name}" itself can tell that it is ready`);
        }
        packages.signalReady(extension);
      },
    },
  ];
}

function settingsRoutes(packages: Packages): Route[] {
  const path = "extensions/{name:airdcpp-.+}/settings";
  return [
    {
      method: "GET",
      path,
      permission: "settings_view",
      run(request) {
        const extension = entity(packages, request);
        refuseOtherExtensions(request, extension);
        const { sheet } = extension;
        if (sheet === undefined) return {};
        const values = sheet.values();
        return speaksFor(request.session, extension) ? values : sheet.redacted(values);
      },
    },
    {
      method: "PATCH",
      path,
      permission: "settings_edit",
      async run(request) {
        const extension = entity(packages, request);
        refuseOtherExtensions(request, extension);
        const redacted = !speaksFor(request.session, extension);
        await changeSettings(extension, request.body, { redacted, events: packages.events });
      },
    },
    {
      method: "GET",
      path: `${path}/definitions`,
      permission: "settings_view",
      run: (request) =>
        (entity(packages, request).sheet?.definitions ?? []).map(serializeDefinition),
    },
    {
      method: "POST",
      path: `${path}/definitions`,
      permission: "settings_edit",
      run(request) {
        const extension = entity(packages, request);
        const own = isOwn(request.session, extension);
        const { events } = packages;
        return orConflict(() => defineSettings(extension, request.body, { own, events }));
      },
    },
  ];
}

/** 18 #9, #10: what one extension is set to is no business of another. */
function refuseOtherExtensions({ session }: ApiRequest, extension: PackagedExtension): void {
  if (session.type !== "extension" || speaksFor(session, extension)) return;
  throw new ApiError(403, `Settings of "${extension.name}" are its own`);
}

function entity(packages: Packages, { params }: ApiRequest): PackagedExtension {
  const name = params.get("name")!;
  const extension = packages.get(name);
  if (extension === undefined) throw new ApiError(404, `There is no extension "${name}"`);
  return extension;
}

/** What happens to a process or its files is no fault of the request. */
async function orFailed(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(500, (error as Error).message);
  }
}

/** Answers what stands in the way with 409, and a manifest that cannot be used with 400. */
export async function orConflict<T>(action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof ConflictError) throw new ApiError(409, error.message);
    if (error instanceof ManifestError) throw new ApiError(400, error.message);
    throw error;
  }
}
