"""A client for Outrigger in Python: calls, events, methods of its own, hooks. One file to copy.

    pip install websockets            # Debian: apt install python3-websockets

As an extension, the host starts it: {"id": "org.example.py", "command": "python3 ${NL_PATH}/client.py"}
As a backend: python3 client.py --auth-info=.tmp/auth_info.json extensions.call '{"extensionId": ...}'

The wire is described in lib/extensions/PROTOCOL.md. Below `main` is an example of everything.
"""

import asyncio
import inspect
import itertools
import json
import random
import sys
import time
from urllib.parse import urlencode

import websockets


def from_host():
    """The credentials that the host gives an extension: in its arguments, or on its stdin."""
    given = dict(arg[5:].split("=", 1) for arg in sys.argv[1:] if arg.startswith("--nl-") and "=" in arg)
    if "port" in given:
        return {"port": given["port"], "token": given["token"], "extension_id": given["extension-id"]}
    nl = json.load(sys.stdin)
    return {"port": nl["nlPort"], "token": nl["nlToken"], "extension_id": nl["nlExtensionId"]}


def from_auth_info(path, extension_id=None):
    """The credentials of a backend; with an id, in the place of an extension without a command."""
    with open(path, encoding="utf-8") as file:
        info = json.load(file)
    return {"port": info["nlPort"], "token": info["nlToken"], "extension_id": extension_id}


class Failure(Exception):
    """A call that failed: by the host, by an extension, or for want of a connection.

    A method raises it to fail with a code and data of its own.
    """

    def __init__(self, code, message, data=None, from_extension=False):
        super().__init__(message)
        self.code, self.message, self.data = code, message, data
        self.from_extension = from_extension


class Call:
    """A call of somebody else to a method of ours. Its task is cancelled when nobody waits any more."""

    def __init__(self, client, call_id, caller):
        self._client, self._id = client, call_id
        self.caller = caller

    async def progress(self, data):
        """Tells the caller how far it is."""
        await self._client.call("extensions.answerProgress", {"callId": self._id, "data": data})

    async def part(self, data):
        """Sends a part of the result, and waits until the caller can take the next."""
        if not await self._client.call("extensions.answerPart", {"callId": self._id, "data": data}, None):
            raise asyncio.CancelledError


class Client:
    """A connection to the host that is made anew when it ends, with all that was registered."""

    def __init__(self, credentials, give_up_after=30):
        """`credentials` is a function, asked anew for each attempt; attempts end after some seconds."""
        self._credentials = credentials
        self._give_up_after = give_up_after
        self._ids = itertools.count(1)
        self._socket = self._token = None
        self._closed = False
        self._registered = asyncio.Event()
        self._pending = {}  # our requests: id -> future
        self._streams = {}  # our calls: callId -> (on_part, on_progress)
        self._answering = {}  # calls to us: callId -> task
        self._methods, self._hooks, self._listeners = {}, {}, {}
        self._tasks = set()

    # What a program registers, before `run` or later with `await client.register()`.

    def on(self, event, listener):
        """Listens for an event; `listener(data)` may be a coroutine function."""
        self._listeners.setdefault(event, []).append(listener)

    def method(self, name, handler):
        """Offers `async handler(data, call)`; what it returns is the result."""
        self._methods[name] = handler

    def hook(self, name, handler):
        """Wants to be asked: `handler(data)` objects by returning False or a reason."""
        self._hooks[name] = handler

    async def register(self):
        if self._methods:
            await self._request("extensions.provide", {"methods": list(self._methods)}, 30)
        for hook in self._hooks:
            await self._request("hooks.add", {"hook": hook}, 30)
        self._registered.set()

    async def _register_anew(self):
        try:
            await self.register()
        except Failure as failure:
            if failure.code == "CLIENT_DISCONNECTED":
                return  # with the next connection, again
            print("register:", failure, file=sys.stderr, flush=True)
            self._registered.set()

    # What a program asks for.

    async def call(self, method, data=None, timeout=30):
        """Calls a native method, such as `filesystem.readFile`."""
        if not self._registered.is_set():
            try:
                await asyncio.wait_for(self._registered.wait(), 30)
            except asyncio.TimeoutError:
                raise Failure("CLIENT_DISCONNECTED", "There is no connection to the host") from None
        return await self._request(method, data, timeout)

    async def call_extension(
        self, extension_id, method, data=None, timeout=30, on_part=None, on_progress=None
    ):
        """Calls a method of an extension. Cancel the task, and the call is cancelled."""
        call_id = f"call {next(self._ids)}"
        self._streams[call_id] = (on_part, on_progress)
        request = {"extensionId": extension_id, "method": method, "data": data,
                   "timeoutMs": int(timeout * 1000), "callId": call_id}
        try:
            # The host has the deadline; parts and progress begin it anew.
            return await self.call("extensions.call", request, None)
        except asyncio.CancelledError:
            self._spawn(self._quietly(self.call("extensions.cancel", {"callId": call_id})))
            raise
        finally:
            del self._streams[call_id]

    async def run(self):
        """Connects, and again when the connection ends. Returns when closed, or if the host is gone."""
        wait, last = 0.1, time.monotonic()
        while not self._closed and time.monotonic() - last < self._give_up_after:
            try:
                at = self._credentials()
                # The connect token is what stands behind the dot of the access token.
                query = {"connectToken": at["token"].split(".")[1]}
                if at["extension_id"]:
                    query["extensionId"] = at["extension_id"]
                url = f"ws://127.0.0.1:{at['port']}/?{urlencode(query)}"
                # The library's default would end the connection at a message above 1 MiB.
                async with websockets.connect(url, max_size=None) as socket:
                    self._socket, self._token, wait = socket, at["token"], 0.1
                    self._spawn(self._register_anew())
                    async for text in socket:
                        self._receive(json.loads(text))
            except (OSError, websockets.WebSocketException, asyncio.TimeoutError):
                pass
            if self._socket is not None:
                last = time.monotonic()
                self._lost()
            if not self._closed:
                await asyncio.sleep(wait * random.uniform(0.75, 1.25))
                wait = min(wait * 2, 5)

    async def close(self):
        """Ends the connection for good."""
        self._closed = True
        if self._socket is not None:
            await self._socket.close()

    # The wire.

    async def _request(self, method, data, timeout):
        if self._socket is None:
            raise Failure("CLIENT_DISCONNECTED", "There is no connection to the host")
        request_id = str(next(self._ids))
        loop = asyncio.get_running_loop()
        future = self._pending[request_id] = loop.create_future()
        # Not asyncio.wait_for: before Python 3.12 it may lose a cancellation.
        late = Failure("CLIENT_TIMEOUT", f"No answer to {method} within {timeout} s")
        timer = timeout and loop.call_later(timeout, lambda: future.done() or future.set_exception(late))
        request = {"id": request_id, "method": method, "accessToken": self._token, "data": data}
        try:
            await self._socket.send(json.dumps(request, allow_nan=False))
            return await future
        except websockets.ConnectionClosed:
            raise Failure("CLIENT_DISCONNECTED", "The connection to the host has ended") from None
        finally:
            if timer:
                timer.cancel()
            self._pending.pop(request_id, None)

    def _receive(self, message):
        if "id" not in message:
            return self._on_event(message["event"], message.get("data"))
        future = self._pending.get(message["id"])
        if future is None or future.done():
            return None
        error = (message["data"] or {}).get("error")
        if error is None:
            return future.set_result((message["data"] or {}).get("returnValue"))
        own = error.get("from") == "extension"
        return future.set_exception(Failure(error["code"], error["message"], error.get("data"), own))

    def _on_event(self, event, data):
        if event == "extensionCall":
            task = self._answering[data["callId"]] = self._spawn(self._answer(data))
            task.add_done_callback(lambda _: self._answering.pop(data["callId"]))
        elif event == "extensionCallCancel" and data["callId"] in self._answering:
            self._answering[data["callId"]].cancel()
        elif event in ("extensionCallPart", "extensionCallProgress") and data["callId"] in self._streams:
            told = self._streams[data["callId"]][event == "extensionCallProgress"]
            if told:
                told(data["data"])
        elif event == "hookRun" and data["hook"] in self._hooks:
            self._spawn(self._answer_hook(data))
        for listener in self._listeners.get(event, ()):
            result = listener(data)
            if inspect.isawaitable(result):
                self._spawn(self._quietly(result))

    async def _answer(self, about):
        call_id = about["callId"]

        def answer(outcome):
            request = {"callId": call_id, **outcome}
            return self._quietly(self._request("extensions.answer", request, 30))

        try:
            call = Call(self, call_id, about["caller"])
            result = await self._methods[about["method"]](about["data"], call)
            # A result that is no JSON fails here, and the caller is told.
            return await answer({"result": result})
        except Failure as failure:
            error = {"code": failure.code, "message": failure.message, "data": failure.data}
        except Exception as failure:
            error = {"code": type(failure).__name__, "message": str(failure)}
        await answer({"error": error})

    async def _answer_hook(self, about):
        socket = self._socket
        try:
            verdict = self._hooks[about["hook"]](about["data"])
            if inspect.isawaitable(verdict):
                verdict = await verdict
        except Exception as error:
            verdict = str(error)  # who cannot decide objects
        if self._socket is not socket:
            return  # another host may ask something else under this id
        answer = {"runId": about["runId"], "allow": verdict is None or verdict is True}
        if isinstance(verdict, str):
            answer["reason"] = verdict
        await self._quietly(self._request("hooks.answer", answer, 30))

    def _lost(self):
        self._socket = None
        self._registered.clear()
        for task in list(self._answering.values()):
            task.cancel()
        for future in self._pending.values():
            if not future.done():
                future.set_exception(Failure("CLIENT_DISCONNECTED", "The connection to the host has ended"))

    def _spawn(self, coroutine):
        # asyncio itself keeps no reference to a task.
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _quietly(self, awaitable):
        try:
            return await awaitable
        except Failure:
            return None  # the connection has ended: whoever cares is told by `_lost`


# An example: what the tests call.


def offer(client):
    async def echo(data, call):
        return data

    async def add(data, call):
        return data["a"] + data["b"]

    async def fail(data, call):
        raise Failure("NO_PAPER", "no paper", {"tray": 2})

    async def odd(data, call):
        return {"a set", "is no JSON"}

    async def who(data, call):
        return call.caller

    async def delay(data, call):
        await asyncio.sleep(data["ms"] / 1000)
        return data["value"]

    async def count(data, call):
        for i in range(data["n"]):
            await call.part({"i": i, "text": "x" * data["size"]})
        return "counted"

    async def progress(data, call):
        for i in range(data):
            await call.progress(i)
        return "done"

    async def slow(data, call):
        try:
            await call.progress("waiting")
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await client.call("app.broadcast", {"event": "slowCancelled", "data": data})
            raise

    async def native(data, call):
        return await client.call(data["method"], data["data"])

    async def ask(data, call):
        """Calls another extension, and returns everything that it heard of it."""
        heard = {"parts": [], "progress": []}
        task = asyncio.ensure_future(client.call_extension(
            data["extensionId"], data["method"], data.get("data"), data.get("timeoutMs", 30000) / 1000,
            heard["parts"].append, heard["progress"].append))
        if "cancelAfterMs" in data:
            asyncio.get_running_loop().call_later(data["cancelAfterMs"] / 1000, task.cancel)
        try:
            heard["result"] = await task
        except Failure as failure:
            heard["error"] = {"code": failure.code, "message": failure.message, "data": failure.data,
                              "fromExtension": failure.from_extension}
        except asyncio.CancelledError:
            heard["error"] = {"code": "cancelled"}
        return heard

    for handler in (echo, add, fail, odd, who, delay, count, progress, slow, native, ask):
        client.method(handler.__name__, handler)
    client.hook("close", lambda data: "unsaved changes" if data == "unsaved" else None)
    client.on("ping", lambda data: client.call("app.broadcast", {"event": "pong", "data": data}))


async def main():
    backend = [arg for arg in sys.argv[1:] if not arg.startswith("--auth-info=")]
    if len(backend) < len(sys.argv) - 1:
        path = next(arg for arg in sys.argv[1:] if arg.startswith("--auth-info=")).split("=", 1)[1]
        client = Client(lambda: from_auth_info(path))
        running = asyncio.ensure_future(client.run())
        result = await client.call(backend[0], json.loads(backend[1]) if backend[1:] else None)
        print(json.dumps(result))
        await client.close()
        return await running
    credentials = from_host()
    client = Client(lambda: credentials)
    offer(client)
    # The host is about to end, or to end us: then there is nothing to connect to again.
    client.on("windowClose", lambda data: client.close())
    await client.run()


if __name__ == "__main__":
    asyncio.run(main())
