/**
 * The beginnings of a package in Python.
 *
 * @module
 */

/** `main.py`: the API by HTTP, with the standard library alone. */
export const MAIN_PY = String
  .raw`"""An extension: it tells the event log that it runs, and says a greeting as often as its settings say."""

import argparse
import json
import signal
import sys
import time
import urllib.request

DEFINITIONS = [
    {"key": "greeting", "title": "What to say", "type": "string", "default_value": "Hello"},
    {"key": "minutes", "title": "Minutes between greetings", "type": "number", "default_value": 10, "min": 1},
]
LOOK_SECONDS = 2

# The host starts it with --name=..., --apiUrl=host:port/api/v1/, --authToken=... and so on. Parameters
# that it does not know are left alone: later hosts may have more.
parser = argparse.ArgumentParser()
parser.add_argument("--name", required=True)
parser.add_argument("--apiUrl", required=True)
parser.add_argument("--authToken", required=True)
parser.add_argument("--settingsPath", required=True)
options, _ = parser.parse_known_args()

settings_file = options.settingsPath + "config.json"
own = "extensions/" + options.name


def request(method, path, data=None):
    call = urllib.request.Request(
        "http://" + options.apiUrl + path,
        method=method,
        headers={"Authorization": "Bearer " + options.authToken, "Content-Type": "application/json"},
        data=None if data is None else json.dumps(data).encode(),
    )
    with urllib.request.urlopen(call, timeout=30) as response:
        text = response.read()
    return json.loads(text) if text else None


def saved_settings():
    try:
        with open(settings_file, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    request("POST", own + "/settings/definitions", DEFINITIONS)
    saved = saved_settings()
    if saved:
        request("PATCH", own + "/settings", saved)
    # For "signalReady" of the package.json.
    request("POST", own + "/ready")
    last = None
    due = 0
    # By HTTP nobody tells of a change, so it looks; by a WebSocket it would be told. When the host is
    # gone, the request fails, and that ends it.
    while True:
        settings = request("GET", own + "/settings")
        if settings != last:
            # Keeping settings is up to the extension: the host forgets them when it stops.
            if last is not None:
                with open(settings_file, "w", encoding="utf-8") as file:
                    json.dump(settings, file, indent=2)
            last = settings
            due = 0
        if time.monotonic() >= due:
            due = time.monotonic() + settings["minutes"] * 60
            print(settings["greeting"], flush=True)
            request("POST", "events", {"text": settings["greeting"], "severity": "info"})
        time.sleep(LOOK_SECONDS)


main()
`;

/** What is in `package.json` beside its name and the like. */
export const PYTHON = {
  main: "main.py",
  engines: { python3: ">=3.8" },
  files: ["main.py"],
};

/** What its README says of the language. */
export const PYTHON_README = `## Dependencies

It needs none but Python itself. Hosts install none: what it needs beside the standard library must be in the package.
`;
