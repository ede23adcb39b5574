/**
 * Settings of an extension: who defines them, and what is told of a change (contracts: AirDC++ 8.5).
 *
 * @module
 */

import { ConflictError } from "./conflict_error.ts";
import type { ExtensionEvents } from "./extension_events.ts";
import type { PackagedExtension } from "./packaged_extension.ts";
import { parseDefinitions } from "./setting_definition.ts";
import { SettingsSheet } from "./settings_sheet.ts";

/**
 * Defines the settings of an extension.
 *
 * @param options.own whether it asks itself
 * @throws {ConflictError} when somebody else asks, or they are defined already
 * @throws {FieldError} for a definition that cannot be used
 */
export async function defineSettings(
  extension: PackagedExtension,
  definitions: unknown,
  { own, events }: { own: boolean; events: ExtensionEvents },
): Promise<void> {
  if (!own) throw new ConflictError("Settings are defined by the extension itself alone");
  if (extension.hasSettings) throw new ConflictError("The settings have been defined already");
  extension.sheet = new SettingsSheet(parseDefinitions(definitions));
  const { hasSettings } = extension;
  await events.publish("extension_updated", { has_settings: hasSettings }, extension.name);
}

/**
 * Changes settings of an extension.
 *
 * @param options.redacted whether the sender sees no passwords
 * @throws {FieldError} before anything is changed
 */
export async function changeSettings(
  extension: PackagedExtension,
  values: unknown,
  { redacted, events }: { redacted: boolean; events: ExtensionEvents },
): Promise<void> {
  const sheet = extension.sheet ?? new SettingsSheet([]);
  const changed = sheet.change(values, { redacted });
  // Hidden now: when others are told, the extension and its definitions may be gone.
  const hidden = sheet.redacted(changed);
  await events.publish("extension_settings_updated", changed, extension.name, hidden);
}
