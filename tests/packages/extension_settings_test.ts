import { assertEquals } from "@std/assert";
import { ExtensionEvents } from "../../lib/packages/extension_events.ts";
import { changeSettings, defineSettings } from "../../lib/packages/extension_settings.ts";
import { parseManifest } from "../../lib/packages/manifest.ts";
import { PackagedExtension } from "../../lib/packages/packaged_extension.ts";
import { PASSWORD_PLACEHOLDER } from "../../lib/packages/settings_sheet.ts";
import { packageJson } from "../airdcpp/packages_host.ts";

const X = "airdcpp-x";

Deno.test("changeSettings() hides passwords from others also when the extension stops meanwhile", async () => {
  const published: unknown[][] = [];
  const events = new ExtensionEvents((...event) => void published.push(event));
  const root = "/nowhere";
  const folders = { root, package: root, settings: root, logs: root };
  const extension = new PackagedExtension(parseManifest(packageJson(X)), { folders });
  extension.owner = {};
  const definition = { key: "key", title: "A key", type: "password", default_value: "" };
  await defineSettings(extension, [definition], { own: true, events });
  published.length = 0;

  // Its logs are looked up first, and what follows waits for that.
  const before = events.whole("extension_started", extension);
  const change = changeSettings(extension, { key: "secret" }, { redacted: false, events });
  extension.sheet = undefined;
  await Promise.all([before, change]);
  assertEquals(published.map(([event]) => event), [
    "extension_started",
    "extension_settings_updated",
  ]);
  assertEquals(published[1]!.slice(1), [
    { key: "secret" },
    X,
    { key: PASSWORD_PLACEHOLDER },
  ]);
});
