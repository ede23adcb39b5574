"""Tells the event log when a disk gets full. Python's standard library is all it needs."""

import argparse
import json
import os
import shutil
import signal
import sys
import time
import urllib.request

CHECK_SECONDS = 60
LOOK_SECONDS = 2


class Api:
    """The API of the host, by HTTP."""

    def __init__(self, url, token):
        self.url = url
        self.token = token

    def request(self, method, path, data=None):
        call = urllib.request.Request(
            "http://" + self.url + path,
            method=method,
            headers={"Authorization": "Bearer " + self.token, "Content-Type": "application/json"},
            data=None if data is None else json.dumps(data).encode(),
        )
        with urllib.request.urlopen(call, timeout=30) as response:
            text = response.read()
        return json.loads(text) if text else None


class Settings:
    """What the user sets. The host forgets it when this ends, so it is kept in a file."""

    DEFINITIONS = [
        {"key": "folder", "title": "Folder of the disk", "type": "directory_path", "default_value": os.sep},
        {"key": "percent", "title": "Warn when more is used than (%)", "type": "number", "default_value": 90,
         "min": 0, "max": 100},
    ]

    def __init__(self, api, name, path):
        self.api = api
        self.own = "extensions/" + name
        self.path = path
        self.values = {}

    def load(self):
        self.api.request("POST", self.own + "/settings/definitions", self.DEFINITIONS)
        try:
            with open(self.path, encoding="utf-8") as file:
                saved = json.load(file)
        except (OSError, ValueError):
            saved = {}
        known = {definition["key"] for definition in self.DEFINITIONS}
        saved = {key: value for key, value in saved.items() if key in known}
        if saved:
            self.api.request("PATCH", self.own + "/settings", saved)
        self.values = self.api.request("GET", self.own + "/settings")

    def changed(self):
        """Looks whether the user has changed something: by HTTP nobody tells."""
        values = self.api.request("GET", self.own + "/settings")
        if values == self.values:
            return False
        self.values = values
        with open(self.path, "w", encoding="utf-8") as file:
            json.dump(values, file, indent=2)
        return True


def report(folder, percent):
    """A line for the event log, and how bad it is."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError as error:
        return "Cannot look at %s: %s" % (folder, error.strerror), "error"
    used = 100 * (usage.total - usage.free) / usage.total
    text = "The disk of %s is %.0f %% full" % (folder, used)
    return text, "warning" if used > percent else "info"


def main():
    parser = argparse.ArgumentParser()
    for name in ("name", "apiUrl", "authToken", "settingsPath"):
        parser.add_argument("--" + name, required=True)
    # Later hosts may have more parameters than these.
    options, _ = parser.parse_known_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

    api = Api(options.apiUrl, options.authToken)
    settings = Settings(api, options.name, options.settingsPath + "config.json")
    settings.load()
    api.request("POST", "extensions/" + options.name + "/ready")
    due = 0.0
    told = None
    while True:
        if settings.changed():
            due = 0.0
            told = None
        if time.monotonic() >= due:
            due = time.monotonic() + CHECK_SECONDS
            text, severity = report(settings.values["folder"], settings.values["percent"])
            if text != told:
                api.request("POST", "events", {"text": text, "severity": severity})
                told = text
        time.sleep(LOOK_SECONDS)


main()
