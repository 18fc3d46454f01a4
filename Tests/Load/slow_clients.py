"""A thousand slow connections at any time: is each cut in time, and is everybody else served as if they were not there?

    sudo apt-get install slowhttptest
    python3 Tests/Load/slow_clients.py --minutes 2

All slow ones come from 127.0.0.1, a fifth of each kind: a head to which a field is added now and then (slowhttptest's
-H), a body of a few bytes now and then (-B), a request for 1,300 ranges after which nothing more is said (-R), one byte
a second, of a head or of a body, and silence in either. Whoever is cut connects again. Honest clients come from
127.0.0.2, each time on a new connection, and ask for texts, searches, volumes and /livez.

The service takes 1,000 connections. Of them --max-connections-per-address leaves a tenth to all other addresses; without
it a thousand slow clients take every place, and others wait for one of them to be cut. A slow client that is turned away
for that reason tries again after a second.

Deadlines are those that /v1/info states. In the end slowhttptest, if it is installed, opens a thousand connections of
each of its three kinds and must say itself that none of them is left.
"""

import asyncio
import random
import re
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from itertools import cycle, islice

from client import Client
from service import Service, conclude, parser
from work import Chests, Load, Request, quantile_ms, search, text, volume

HONEST_CLIENTS = 4
HONEST_PAUSE_SECONDS = 0.02
ALLOWED = {"text": {200}, "search": {200}, "volume": {201}, "alive": {200}}
# The sweep comes once a second; the rest is ours to notice the end.
TOLERANCE_SECONDS = 2
# A connection that is not cut this long after its deadline is given up.
PATIENCE_SECONDS = 10
RETRY_SECONDS = 1
RANGES = ",".join(["bytes=0-"] + [f"5-{end}" for end in range(1300)])


class Kind:
    """How one kind of slow client goes about it.

    first: bytes that it sends at once. more: then these, every `pause` seconds, for ever. The deadline runs from the
    connection on, of a body from when its head is sent, and of a whole request from when the answer has come.
    """

    def __init__(self, deadline, first, more=(), pause=1.0, is_answered=False):
        self.deadline, self.first, self.pause, self.is_answered = deadline, first, pause, is_answered
        self._more = list(more)

    def pieces(self):
        return cycle(self._more) if self._more else ()


def kinds(limits):
    """{name: Kind}, with the deadlines that the service states."""
    head, body, idle = limits["head_seconds"], limits["upload_idle_seconds"], limits["idle_seconds"]
    host = b"Host: localhost\r\n"
    post = b"POST /v1/volumes HTTP/1.1\r\n" + host + b"Content-Type: application/octet-stream\r\n"
    post += b"Content-Length: 1000000\r\n\r\n"
    ranges = b"GET /openapi.yaml HTTP/1.1\r\n" + host + f"Range: {RANGES}\r\n\r\n".encode()
    letters = [b"G", b"E", b"T", b" ", b"/", *[b"a"] * 100]
    return {
        "head": Kind(head, b"GET /livez HTTP/1.1\r\n" + host, [b"X-Slow: head\r\n"], 3),
        "body": Kind(body, post, [b"x" * 32], 5),
        "ranges": Kind(idle, ranges, is_answered=True),
        "drip": Kind(head, b"", letters),
        "body drip": Kind(body, post, [b"x"]),
        "silence": Kind(head, b""),
        "body silence": Kind(body, post + bytes(1000)),
    }


class SlowClients:
    """Slow connections, which are opened again when they are cut, until they are to end.

    `lives` has the seconds of each connection, by kind, from where its deadline runs; `turned_away` counts those that
    were closed before they had said anything, `uncut` those that nobody closed. `own_delay` is the longest time, in
    seconds, that this script itself came late: what it measured then is too long by as much.
    """

    def __init__(self, port, count, kinds):
        self.lives, self.turned_away, self.uncut = defaultdict(list), 0, Counter()
        self.most_open, self._open, self.own_delay = 0, 0, 0.0
        self._port, self._kinds = port, kinds
        self._end = threading.Event()
        shares = ["head", "body", "ranges", "drip", "head", "body", "ranges", "body drip", "silence", "body silence"]
        self._names = list(islice(cycle(shares), count))
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._thread.start()

    def stop(self):
        """No new connections; returns when the last one was cut."""
        self._end.set()
        self._thread.join()
        return self

    async def _run(self):
        watching = asyncio.create_task(self._watch_ourselves())
        async with asyncio.TaskGroup() as group:
            for name in self._names:
                group.create_task(self._connect_again_and_again(name))
        watching.cancel()

    async def _watch_ourselves(self):
        while True:
            due = asyncio.get_running_loop().time() + 0.1
            await asyncio.sleep(0.1)
            self.own_delay = max(self.own_delay, asyncio.get_running_loop().time() - due)

    async def _connect_again_and_again(self, name):
        # Not all at the same moment, so that the ends are spread out, too.
        await asyncio.sleep(random.uniform(0, 5))
        while not self._end.is_set():
            if not await self._connect(name):
                await asyncio.sleep(RETRY_SECONDS)

    async def _connect(self, name):
        """One connection until its end; false if it was turned away."""
        kind = self._kinds[name]
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            self.turned_away += 1
            return False
        self._open += 1
        self.most_open = max(self.most_open, self._open)
        sending = asyncio.create_task(self._send(kind, writer))
        try:
            return await self._wait_for_the_end(name, kind, reader)
        finally:
            self._open -= 1
            sending.cancel()
            writer.transport.abort()

    async def _wait_for_the_end(self, name, kind, reader):
        begin = last = time.monotonic()
        has_answer = False
        try:
            async with asyncio.timeout(kind.deadline + TOLERANCE_SECONDS + PATIENCE_SECONDS):
                while piece := await reader.read(1 << 16):
                    has_answer, last = True, time.monotonic()
        except TimeoutError:
            self.uncut[name] += 1
            return True
        except OSError:
            pass
        now = time.monotonic()
        if not has_answer and now - begin < min(RETRY_SECONDS, kind.deadline / 2):
            self.turned_away += 1
            return False
        self.lives[name].append(now - (last if kind.is_answered else begin))
        return True

    @staticmethod
    async def _send(kind, writer):
        try:
            writer.write(kind.first)
            for piece in kind.pieces():
                await asyncio.sleep(kind.pause)
                writer.write(piece)
        except OSError:
            pass


class HonestClient(Client):
    """Comes from an address of its own, on a new connection for each request."""

    def __init__(self, port):
        super().__init__(port, timeout=30, source="127.0.0.2")

    def request(self, *arguments, **options):
        try:
            return super().request(*arguments, **options)
        finally:
            self.close()


def honest(chests):
    """What honest clients ask."""

    def choose(generator):
        return generator.choice(
            (
                lambda: text(generator),
                lambda: search(generator),
                lambda: volume(chests.fresh()),
                lambda: Request("alive", "GET", "/livez"),
            )
        )()

    return choose


def witness(port, count, limits):
    """{option of slowhttptest: seconds until it says that none of its connections is left, or None}."""
    deadlines = {"-H": limits["head_seconds"], "-B": limits["upload_idle_seconds"], "-R": limits["idle_seconds"]}
    result = {}
    for mode, deadline in deadlines.items():
        patience = deadline + TOLERANCE_SECONDS + PATIENCE_SECONDS
        command = ["slowhttptest", mode, "-c", str(count), "-r", str(count), "-i", "5", "-l", str(patience)]
        path = "/v1/volumes" if mode == "-B" else "/openapi.yaml"
        command += ["-s", "1000000"] if mode == "-B" else []
        command += ["-f", "application/octet-stream", "-v", "1", "-u", f"http://127.0.0.1:{port}{path}"]
        begin = time.monotonic()
        said = subprocess.run(command, capture_output=True, text=True).stdout
        is_over = "No open connections left" in re.sub(r"\x1b\[[0-9;]*m", "", said)
        result[mode] = round(time.monotonic() - begin, 1) if is_over else None
    return result


def main():
    arguments = parser(__doc__)
    arguments.add_argument("--minutes", type=float, default=2)
    arguments.add_argument("--connections", type=int, default=1000)
    arguments.add_argument("--per-address", type=int, default=900, help="what the service is started with; 0 for none")
    arguments.add_argument("--own-only", action="store_true", help="without slowhttptest")
    options = arguments.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    witnessed = {}
    with Service(options, "--max-connections-per-address", str(options.per_address)) as service:
        service.start_ready()
        limits = service.client().expect(200, "GET", "/v1/info").json()["limits"]
        load = Load(
            service.port, HONEST_CLIENTS, honest(Chests()), lambda *_: HONEST_PAUSE_SECONDS, connect=HonestClient
        )
        slow = SlowClients(service.port, options.connections, kinds(limits))
        time.sleep(options.minutes * 60)
        slow.stop()
        if shutil.which("slowhttptest") and not options.own_only:
            witnessed = witness(service.port, options.connections, limits)
        load.stop()
        crashes = int(service.process.poll() is not None)
    late = sum(
        second > kind.deadline + TOLERANCE_SECONDS
        for name, kind in kinds(limits).items() for second in slow.lives[name]
    )  # fmt: skip
    served = Counter()
    for (kind, outcome), count in load.outcomes.items():
        served[outcome in ALLOWED[kind]] += count
    figures = {
        "minutes": options.minutes, "connections": options.connections, "most_open": slow.most_open,
        "slow_lives": sum(map(len, slow.lives.values())), "turned_away": slow.turned_away,
        "longest_life_s": {
            f"{name} ({kind.deadline} s)": round(max(slow.lives[name]), 2)
            for name, kind in kinds(limits).items() if slow.lives[name]
        },
        "late": late, "own_delay_s": round(slow.own_delay, 2), "uncut": sum(slow.uncut.values()),
        "slowhttptest_s": witnessed, "slowhttptest_left_open": list(witnessed.values()).count(None),
        **load.statuses(), "honest_served": served[True], "honest_not_served": served[False],
        **{f"{kind}_p99_ms": quantile_ms(seconds, 0.99) for kind, seconds in sorted(load.seconds.items())},
        "crashes": crashes,
    }  # fmt: skip
    bars = {
        "late": ("==", 0), "uncut": ("==", 0), "slowhttptest_left_open": ("==", 0),
        "honest_not_served": ("==", 0), "crashes": ("==", 0),
    }  # fmt: skip
    return conclude(figures, bars)


if __name__ == "__main__":
    sys.exit(main())
