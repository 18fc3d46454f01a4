"""A client that writes, and knows afterwards what must be there."""

import random

from client import FILE, Lost
from work import Chests, sentence

MOST_KEPT = 40


class Writer:
    """Writes and notes what must be there: `kept` has the tags of each id, `open` what a lost answer leaves open.

    kept: {id: tags}. open: {id: states that it may be in}, where None is absence.
    """

    def __init__(self, name, seed, chests):
        self.name, self.chests = name, chests
        self.generator = random.Random(f"{seed}/{name}")
        self.kept, self.open = {}, {}
        # Reports whose ids were never heard of, because the answer was lost.
        self.unnamed = 0
        self.acknowledged = self.number = 0

    def write_until_killed(self, client, end):
        try:
            while not end.is_set():
                self.write(client)
        except Lost:
            pass
        client.close()

    def write(self, client):
        self.number += 1
        kept = list(self.kept)
        volumes = [identity for identity in kept if identity.startswith("sha256-")]
        choice = self.generator.random()
        if kept and choice < (0.6 if len(kept) > MOST_KEPT else 0.2):
            self.delete(client, self.generator.choice(kept))
        elif volumes and choice < 0.7:
            self.tag(client, self.generator.choice(volumes))
        elif choice < 0.85:
            self.add_volume(client)
        else:
            self.add_report(client)

    def delete(self, client, identity):
        kind = "volumes" if identity.startswith("sha256-") else "reports"
        self.open[identity] = [self.kept.pop(identity), None]
        client.expect(204, "DELETE", f"/v1/{kind}/{identity}")
        del self.open[identity]
        self.acknowledged += 1

    def tag(self, client, identity):
        tags = {"writer": self.name, "number": str(self.number)}
        self.open[identity] = [self.kept.pop(identity), tags]
        client.expect(200, "PUT", f"/v1/volumes/{identity}/metadata", {"tags": tags})
        self._acknowledge(identity, tags)

    def add_volume(self, client):
        file = self.chests.fresh()
        identity = Chests.identity(file)
        self.open[identity] = [{}, None]
        client.expect(201, "POST", "/v1/volumes", file, FILE)
        self._acknowledge(identity, {})

    def add_report(self, client):
        tags = {"writer": self.name, "number": str(self.number)}
        self.unnamed += 1
        body = {"report": f"FINDINGS: {sentence(self.generator)}", "tags": tags}
        identity = client.expect(201, "POST", "/v1/reports", body).json()["id"]
        self.unnamed -= 1
        self._acknowledge(identity, tags)

    def _acknowledge(self, identity, tags):
        self.open.pop(identity, None)
        self.kept[identity] = tags
        self.acknowledged += 1

    def settle(self, found):
        """Compares with what is there, taking its own ids out of `found`; what was lost or is wrong."""
        faults = []
        for identity, tags in list(self.kept.items()):
            if found.pop(identity, None) != tags:
                faults.append(f"{self.name}: {identity} is not as it was acknowledged")
                del self.kept[identity]
        for identity, states in self.open.items():
            tags = found.pop(identity, None)
            if tags not in states:
                faults.append(f"{self.name}: {identity} is in no state that it can be in")
            if tags is not None:
                self.kept[identity] = tags
        self.open.clear()
        for identity in [identity for identity, tags in found.items() if tags.get("writer") == self.name]:
            if self.unnamed and identity.startswith("rp_"):
                self.kept[identity] = found.pop(identity)
                self.unnamed -= 1
        self.unnamed = 0
        return faults
