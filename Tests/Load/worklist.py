"""The worklist and the cards of a search among many stored volumes: the service's responses, and what a browser needs.

    ~/.cache/brgsa-page/bin/python Tests/Load/worklist.py --volumes 5000

Makes the volumes first: small ones, each with voxels, a name, tags and a diagnosis. Without selenium, only the service is
measured. The bars are those of 5,000 volumes and a release build.
"""

import statistics
import sys
import threading
import time
from pathlib import Path

from service import Service, conclude, parser

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Page"))
from volumes import nifti, noise

try:
    from browser import Browser
except ImportError:
    Browser = None

PAGE = 25
TRIES = 15
BARS = {
    "worklist_ms": ("<=", 100),
    "slow_page_ms": ("<=", 100),
    "text_filter_ms": ("<=", 100),
    "cards_ms": ("<=", 300),
    "shown_ms": ("<=", 100),
    "cards_shown_ms": ("<=", 300),
}


def fill(service, count):
    """Two clients, because the service reads one volume while it encodes another."""
    clients = [threading.Thread(target=add, args=(service.client(), range(start, count, 2))) for start in (0, 1)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()


def add(client, numbers):
    content = bytearray(nifti(noise()))
    names = ["Adams", "Baker", "Clark", "Davis", "Evans", "Frank", "Green"]
    for number in numbers:
        content[352:356] = number.to_bytes(4, "little")
        answer = client.request("POST", "/v1/volumes", bytes(content), "application/octet-stream")
        volume = answer.json()["id"]
        metadata = {"accession": f"ACC{number:06}", "tags": {"site": "ABC"[number % 3], "year": str(2015 + number % 12)}}
        if number % 4:
            metadata["name"] = f"{names[number % 7]} {number}"
        client.expect(200, "PUT", f"/v1/volumes/{volume}/metadata", metadata)
        order = {"volume_id": volume, "prompt_set": "ct-rate-18"}
        client.expect(200, "POST", "/v1/diagnoses", order)


def timed(work):
    """The median of some runs in milliseconds."""
    seconds = []
    for _ in range(TRIES):
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    return round(statistics.median(seconds) * 1000, 1)


def pages(client, order):
    """The number of volumes of all pages, and the time that 95 of 100 pages need at most."""
    cursor, seconds, count = "", [], 0
    while cursor is not None:
        begin = time.perf_counter()
        path = f"/v1/worklist?limit={PAGE}&order={order}" + (f"&cursor={cursor}" if cursor else "")
        answer = client.expect(200, "GET", path).json()
        seconds.append(time.perf_counter() - begin)
        count += len(answer["volumes"])
        cursor = answer["next_cursor"]
    return count, round(statistics.quantiles(seconds, n=20)[-1] * 1000, 1)


def cards(client):
    query = {"query": {"text": "lung mass"}, "top_k": 12}
    hits = client.expect(200, "POST", "/v1/retrievals", query).json()["results"]
    ids = ",".join(hit["volume_id"] for hit in hits)
    return client.expect(200, "GET", f"/v1/worklist?volume_ids={ids}").json()["volumes"]


def pictures(client):
    """The median of thumbnails and of key slices in milliseconds."""
    entries = client.expect(200, "GET", "/v1/worklist?limit=100").json()["volumes"]
    figures = []
    for query in (lambda _: "", lambda entry: f"?diagnosis={entry['latest_diagnosis']['id']}&finding=0"):
        seconds = []
        for entry in entries:
            begin = time.perf_counter()
            client.expect(200, "GET", f"/v1/volumes/{entry['volume']['id']}/thumbnail.png{query(entry)}")
            seconds.append(time.perf_counter() - begin)
        figures.append(round(statistics.median(seconds) * 1000, 1))
    return figures


# The time from a key or a click until the list is in the page and laid out.
SHOW = """const [press, ready, done] = arguments, start = performance.now();
    const watcher = new MutationObserver(() => {
        if (!document.querySelector(ready)) return;
        watcher.disconnect();
        document.body.getBoundingClientRect();
        done({ result: performance.now() - start });
    });
    watcher.observe(document.body, { childList: true, subtree: true, attributes: true });
    document.querySelector(press).click();"""


def shown(port):
    browser = Browser(None)
    try:
        origin = f"http://127.0.0.1:{port}"
        browser.open(f"{origin}/worklist")
        browser.wait(lambda: browser.all("#rows tr"), "rows")
        times = []
        for number in range(TRIES):
            browser.script("for (const row of document.querySelectorAll('#rows tr')) row.classList.add('old')")
            ready = "#rows tr:last-child:not(.old)"
            times.append(browser.async_script(SHOW, ("#next", "#previous")[number % 2], ready))
            browser.wait(lambda: not browser.all("#volumes[aria-busy]"), "the page")
        browser.open(f"{origin}/#")
        browser.wait(lambda: browser.all("#prompt-set option"), "the page")
        browser.script("document.getElementById('search-fold').open = true")
        browser.click("[name=by][value=text]")
        browser.type("#query", "lung mass")
        found = []
        for _ in range(TRIES):
            browser.script("document.getElementById('hits').replaceChildren()")
            found.append(browser.async_script(SHOW, "#search-button", "#hits li"))
        return round(statistics.median(times), 1), round(statistics.median(found), 1)
    finally:
        browser.quit()


def main():
    options = parser(__doc__)
    options.add_argument("--volumes", type=int, default=5000, metavar="COUNT")
    options = options.parse_args()
    with Service(options, "--persist", "full") as service:
        service.start_ready()
        client = service.client()
        begin = time.monotonic()
        fill(service, options.volumes)
        figures = {"volumes": options.volumes, "filled_s": round(time.monotonic() - begin)}
        figures["worklist_ms"] = timed(lambda: client.expect(200, "GET", f"/v1/worklist?limit={PAGE}"))
        ends = [pages(client, order) for order in ("newest", "oldest", "name")]
        assert all(count == options.volumes for count, _ in ends), ends
        figures["slow_page_ms"] = max(slow for _, slow in ends)
        figures["text_filter_ms"] = timed(lambda: client.expect(200, "GET", "/v1/worklist?text=no+such+text"))
        figures["cards_ms"] = timed(lambda: cards(client))
        figures["thumbnail_ms"], figures["key_slice_ms"] = pictures(client)
        if Browser:
            figures["shown_ms"], figures["cards_shown_ms"] = shown(service.port)
        return conclude(figures, {name: bar for name, bar in BARS.items() if name in figures})


if __name__ == "__main__":
    sys.exit(main())
