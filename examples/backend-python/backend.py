"""A program in Python that starts the host, talks to it and stops it: the older way.

The host says in .tmp/auth_info.json how to connect. Of that file only `port` and `accessToken` are
used here, and the program connects as an extension, under an id that the configuration lists without
a command. Exit code 0 when everything went well, else 1.
"""

import asyncio
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import uuid

try:
    import websockets
except ImportError:
    sys.exit("The library websockets is missing: pip install websockets")

HERE = pathlib.Path(__file__).resolve().parent
AUTH_INFO = HERE / ".tmp" / "auth_info.json"
ID = "py.backend"


def start_host():
    """Starts the host that OUTRIGGER names, or the one of this repository."""
    if "OUTRIGGER" in os.environ:
        command = [os.environ["OUTRIGGER"]]
    else:
        deno = shutil.which("deno") or sys.exit("Set OUTRIGGER, or install deno")
        command = [deno, "run", "-A", str(HERE / "../../main.ts")]
    # A file of an earlier run, which did not end in good order, would lead nowhere.
    AUTH_INFO.unlink(missing_ok=True)
    return subprocess.Popen([*command, f"--path={HERE}"], stdin=subprocess.DEVNULL)


def read_auth_info(host, seconds=30):
    """Waits until the host has written its auth info: then it listens."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if host.poll() is not None:
            raise RuntimeError(f"The host ended at its start, with code {host.returncode}")
        try:
            # The file is written under another name first: it is never read half.
            return json.loads(AUTH_INFO.read_text())
        except FileNotFoundError:
            time.sleep(0.05)
    raise TimeoutError(f"No {AUTH_INFO} within {seconds} s")


class Connection:
    """Calls and events over one WebSocket."""

    def __init__(self, socket, token):
        self._socket = socket
        self._token = token
        self._events = []

    async def send(self, method, data=None):
        """Sends a call and returns its id."""
        call = str(uuid.uuid4())
        request = {"id": call, "method": method, "accessToken": self._token, "data": data}
        await self._socket.send(json.dumps(request))
        return call

    async def call(self, method, data=None):
        """Sends a call and returns what it answers."""
        call = await self.send(method, data)
        while True:
            message = await self._receive()
            if message.get("id") != call:
                self._events.append(message)
                continue
            if "error" in message["data"]:
                raise RuntimeError(f"{method}: {message['data']['error']['message']}")
            return message["data"].get("returnValue")

    async def event(self, name):
        """Returns the data of the next event of a name."""
        while True:
            message = self._events.pop(0) if self._events else await self._receive()
            if message.get("event") == name:
                return message["data"]

    async def _receive(self):
        return json.loads(await asyncio.wait_for(self._socket.recv(), 20))


async def talk(auth):
    url = f"ws://localhost:{auth['port']}?extensionId={ID}"
    async with websockets.connect(url) as socket:
        connection = Connection(socket, auth["accessToken"])
        system = await connection.call("computer.getOSInfo")
        print(f"Connected as {ID}. The host runs on {system['name']} {system['version']}.")

        if "py.worker" not in (await connection.call("extensions.getStats"))["connected"]:
            while await connection.event("extClientConnect") != "py.worker":
                pass
        print("The worker is connected.")

        numbers = [1, 2, 3, 4]
        question = {"extensionId": "py.worker", "event": "sum", "data": numbers}
        await connection.call("extensions.dispatch", question)
        answer = await connection.event("sumResult")
        print(f"The worker says that the sum of {numbers} is {answer}.")

        # There may be no answer: the host ends.
        await connection.send("app.exit", {"code": 0})
        if answer != sum(numbers):
            raise RuntimeError("That is wrong")


def main():
    host = start_host()
    try:
        asyncio.run(talk(read_auth_info(host)))
        code = host.wait(timeout=15)
        print(f"The host ended with code {code}.")
        return 0 if code == 0 else 1
    except Exception as error:
        print(f"Failed: {error}", file=sys.stderr)
        return 1
    finally:
        if host.poll() is None:
            host.terminate()
            host.wait(timeout=15)


sys.exit(main())
