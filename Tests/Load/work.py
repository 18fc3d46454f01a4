"""What load scripts ask for: small chest volumes made by code, texts, and clients that ask in turn."""

import hashlib
import itertools
import random
import struct
import threading
import time
from collections import Counter, defaultdict
from typing import NamedTuple

import numpy as np

from client import FILE, JSON, Client, Lost

FINDINGS = [
    "pleural effusion", "pneumothorax", "lung nodule", "rib fracture", "cardiomegaly", "emphysema", "atelectasis",
    "lung mass",
]  # fmt: skip
PLACES = ["right side", "left side", "upper lobe", "lower lobe", "middle lobe", "chest"]


def quantile_ms(seconds, share):
    """A quantile of a list of seconds, in milliseconds."""
    return round(float(np.quantile(seconds, share)) * 1000, 2)


def sentence(generator):
    """A text that the model has words for."""
    return f"There is {generator.choice(FINDINGS)} in the {generator.choice(PLACES)}."


def chest(shape=(24, 24, 20), spacing=(14.0, 14.0, 16.0)):
    """HU of a body of water with two lungs in air, int16 with the first axis fastest."""
    x, y, z = np.ogrid[tuple(slice(-1, 1, count * 1j) for count in shape)]
    voxels = np.full(shape, -1000, np.int16)
    voxels[x**2 + (y / 0.75) ** 2 + 0 * z < 0.8] = 40
    for side in (-1, 1):
        voxels[((x - side * 0.4) / 0.3) ** 2 + (y / 0.5) ** 2 + (z / 0.9) ** 2 < 1] = -850
    return nifti(voxels, spacing)


def nifti(voxels, spacing):
    """A NIfTI-1 file of int16 voxels, in the RAS orientation."""
    header = bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, 3, *voxels.shape, 1, 1, 1, 1)
    struct.pack_into("<2h", header, 70, 4, 16)
    struct.pack_into("<4f", header, 76, 1, *spacing)
    struct.pack_into("<3f", header, 108, 352, 1, 0)
    header[123] = 2
    struct.pack_into("<h", header, 254, 1)
    for axis in range(3):
        struct.pack_into("<f", header, 280 + 20 * axis, spacing[axis])
    header[344:348] = b"n+1\0"
    return bytes(header) + voxels.tobytes(order="F")


class Chests:
    """Small volumes, each of which differs from all others in one voxel of the body. May be shared by threads."""

    def __init__(self):
        self._file = chest()
        voxels = np.frombuffer(self._file, "<i2", offset=352)
        self._places = np.flatnonzero(voxels == 40).tolist()
        self._numbers = itertools.count()

    def fresh(self):
        """A file that was not given before: steps of 3 HU, so that no rounding makes two alike."""
        step, place = divmod(next(self._numbers), len(self._places))
        file = bytearray(self._file)
        struct.pack_into("<h", file, 352 + 2 * self._places[place], 100 + 3 * step)
        return bytes(file)

    @staticmethod
    def identity(file):
        """The id that the service gives a file."""
        return f"sha256-{hashlib.sha256(file).hexdigest()}"


class Request(NamedTuple):
    """What a client asks; `kind` is what it is counted as."""

    kind: str
    method: str
    path: str
    body: object = None
    media: str = JSON


def text(generator):
    return Request("text", "POST", "/v1/embeddings", {"input": [sentence(generator)]})


def search(generator):
    return Request(
        "search", "POST", "/v1/retrievals", {"query": {"text": sentence(generator)}, "top_k": 20}
    )


def volume(file):
    return Request("volume", "POST", "/v1/volumes", file, FILE)


def diagnosis(generator, volume_id, persist=False):
    body = {"volume_id": volume_id, "prompts": generator.sample(FINDINGS, 4), "options": {"persist": persist}}
    return Request("diagnosis", "POST", "/v1/diagnoses", body)


class Load:
    """Clients in threads of their own; each asks what `choose` gives it, one request after the other.

    choose(generator) → Request. heed(request, answer), if given, sees every whole answer; seconds that it returns
    are waited. connect(port) → Client. `outcomes` counts {(kind, status)}, where the status may also be a Lost.reason;
    `unanswered` has the times at which requests began that got no answer.
    """

    def __init__(self, port, count, choose, heed=None, seed=0, connect=Client):
        self.outcomes, self.seconds, self.unanswered = Counter(), defaultdict(list), []
        self._choose, self._heed = choose, heed
        self._lock, self._end = threading.Lock(), threading.Event()
        self._threads = [
            threading.Thread(
                target=self._ask, args=(connect(port), random.Random(f"{seed}/{number}")), daemon=True
            )
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self):
        """No more requests; returns when those that were begun have ended."""
        self._end.set()
        for thread in self._threads:
            thread.join()
        return self

    def _ask(self, client, generator):
        while not self._end.is_set():
            request = self._choose(generator)
            begin = time.monotonic()
            pause = 0
            try:
                answer = client.request(request.method, request.path, request.body, request.media)
                outcome = answer.status
                pause = (self._heed and self._heed(request, answer)) or 0
            except Lost as lost:
                outcome, pause = lost.reason, 0.02
            with self._lock:
                if outcome == "unanswered":
                    self.unanswered.append(begin)
                self.outcomes[request.kind, outcome] += 1
                self.seconds[request.kind].append(time.monotonic() - begin)
            self._end.wait(pause)
        client.close()

    def statuses(self):
        """{"kind status": count}, for the report."""
        return {f"{kind} {outcome}": count for (kind, outcome), count in sorted(self.outcomes.items(), key=str)}
