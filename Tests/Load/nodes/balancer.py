"""HAProxy with the configuration that Docker/machines gives to users; only addresses, log and user are others."""

import re

from nodes.programs import HAPROXY
from nodes.site import wait
from client import Client, Lost
from service import ROOT

PORT = 8080
SOURCE = ROOT / "Docker/machines/haproxy.cfg"


def configuration(ports):
    lines, listed = [], False
    for line in SOURCE.read_text("utf-8").splitlines():
        words = line.split()
        if words[:1] == ["server"]:
            if not listed:
                lines += [f"  server brgsa{number} 127.0.0.1:{port}" for number, port in enumerate(ports, 1)]
            listed = True
            continue
        listed = False
        if words[:1] in (["user"], ["group"]) or words[:2] == ["log", "/dev/log"]:
            continue
        lines.append(re.sub(r"^  bind .*", f"  bind 127.0.0.1:{PORT}", line))
    return "\n".join(lines) + "\n"


class Balancer:
    """Starts before `ports`, whose order is that of its servers, are checked."""

    def __init__(self, site, ports):
        file = site.folder / "haproxy.cfg"
        file.write_text(configuration(ports))
        self.process = site.start([*HAPROXY, "-db", "-f", file], site.folder / "haproxy.log")
        wait(self._is_up, 20, "HAProxy", self.process)

    @staticmethod
    def _is_up():
        client = Client(PORT, 5)
        try:
            return client.request("GET", "/readyz").status == 200
        except Lost:
            return False
        finally:
            client.close()
