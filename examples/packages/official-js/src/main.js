"use strict";

const { addContextMenuItems } = require("airdcpp-apisocket");
const { ManagedExtension } = require("airdcpp-extension");
const SettingsManager = require("airdcpp-extension-settings");

const DEFINITIONS = [
  { key: "greeting", title: "What to say", type: "string", default_value: "Hello" },
  { key: "loud", title: "Say it in capitals", type: "boolean", default_value: false },
];

// The library reads the command line, connects, and ends with the host.
ManagedExtension((socket, extension) => {
  // Posts the definitions, and keeps what the user changes in config.json.
  const settings = SettingsManager(socket, {
    extensionName: extension.name,
    configFile: `${extension.configPath}config.json`,
    configVersion: 1,
    definitions: DEFINITIONS,
  });

  async function say(whom) {
    const text = `${settings.getValue("greeting")}, ${whom}`;
    await socket.post("events", {
      text: settings.getValue("loud") ? text.toUpperCase() : text,
      severity: "info",
    });
  }

  extension.onStart = async ({ system_info }) => {
    await settings.load();
    settings.onValuesUpdated = () => say("with new settings");

    // In the menu of an extension, beside what others have put there.
    const subscriber = { id: extension.name, name: "Greeter" };
    const item = {
      id: "say",
      title: "Greet",
      icon: { semantic: "comment" },
      onClick: (names) => say(names.join(" and ")),
    };
    await addContextMenuItems(socket, [item], "extension", subscriber);

    await say(`${system_info.client_version} (API feature level ${system_info.api_feature_level})`);
  };
});
