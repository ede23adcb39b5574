"""An extension in Python, for the current protocol: one JSON object on stdin says where to connect
and with which tokens."""

import asyncio
import json
import os
import platform
import subprocess
import sys
import uuid

try:
    import websockets
except ImportError:
    # Another Python of this machine may have the library: go on as that one.
    for other in ("/usr/bin/python3", "python3", "python"):
        try:
            found = subprocess.run(
                [other, "-c", "import websockets"], stdin=subprocess.DEVNULL, capture_output=True
            )
        except OSError:
            continue
        if found.returncode == 0:
            os.execvp(other, [other, *sys.argv])
    sys.exit("The library websockets is missing: pip install websockets")


async def main():
    start = json.load(sys.stdin)
    url = "ws://127.0.0.1:{nlPort}?extensionId={nlExtensionId}&connectToken={nlConnectToken}"
    async with websockets.connect(url.format(**start)) as socket:
        # The loop ends with the connection, that is with the host.
        async for text in socket:
            message = json.loads(text)
            if message.get("event") != "ping":
                continue
            pong = {
                "from": start["nlExtensionId"],
                "language": "Python",
                "version": "Python " + platform.python_version(),
                "protocol": "current: JSON on stdin",
                "ping": message["data"],
            }
            request = {
                "id": str(uuid.uuid4()),
                "method": "app.broadcast",
                "accessToken": start["nlToken"],
                "data": {"event": "pong", "data": pong},
            }
            await socket.send(json.dumps(request))


try:
    asyncio.run(main())
except websockets.ConnectionClosed:
    pass
