"""What the families' pages tell an outsider, and how long they take on a bad line: `python -m tests.benchmarks.pages`.

Prints JSON lines. "no oracle": the real web process, asked over HTTP in pairs of which one is known and one is not, in
random order; the seconds are what an outsider's clock shows, compared by Mann and Whitney's test. "page": what a
browser with an empty cache loads at 400 kbit/s, 400 ms and a processor four times slower: when the first and the
largest part stand, how long scripts block it, how far what stands is moved, and how many rules of accessibility are
broken. Beside them stands the question page of two public services (`other_pages`).
"""

import http.client
import math
import os
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from tests.benchmarks.other_pages import others
from tests.benchmarks.saying import say
from tests.benchmarks.wave import a_database

PAIRS = int(os.environ.get("PAIRS", "1000"))
AT_ONCE = int(os.environ.get("AT_ONCE", "8"))
WARM = 20  # pairs before the first that counts
PARTS = os.environ.get("PARTS", "light references reports").split()
SEED = int(os.environ.get("SEED", "41"))
TOKEN = "b" * 32
LINE = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
SLOWER = 4
PAGES = ("", "report/", "report/name/", "my-report/", "check-message/", "support/", "your-data/", "safety/")
# What the browser has noted of each kind until now; a kind of which it has noted nothing never answers by itself.
NOTED = """async () => {
    const noted = kind => new Promise(resolve => {
        setTimeout(() => resolve([]), 1000)
        new PerformanceObserver(list => resolve(list.getEntries())).observe({type: kind, buffered: true})
    })
    const sum = (entries, of) => entries.map(of).reduce((one, other) => one + other, 0)
    return {
        first_paint_seconds: (await noted("paint")).at(-1).startTime / 1000,
        lcp_seconds: (await noted("largest-contentful-paint")).at(-1).startTime / 1000,
        blocked_ms: sum(await noted("longtask"), each => each.duration - 50),
        shift: sum(await noted("layout-shift"), each => each.value),
    }
}"""


class Answer(NamedTuple):
    """What an outsider sees: how long it took, and all bytes but the random ones."""

    seconds: float
    seen: tuple[object, ...]


def main() -> None:
    with a_database(), tempfile.TemporaryDirectory() as folder:
        from tests.browser.site import serving

        with serving(Path(folder), threads=AT_ONCE) as url:
            if "light" in PARTS:
                measure_light(url)
            measure_no_oracle(url)


# ------------------------------------------------------------------------------------------------- no oracle


def measure_no_oracle(url: str) -> None:
    from tests.factories import a_report

    known = [
        a_report(phone=f"+38099{n:07d}", email=f"n{n:07d}@example.org", surname=surname(n))
        for n in range(PAIRS + WARM)
    ]
    if "references" in PARTS:
        numbers = [report.reference for report in known]
        measure("reference", lambda n: ask(url, n, numbers[n]), lambda n: ask(url, n, nobodys(n)))
    if "reports" in PARTS:
        told, untold = ([draft_cookie(n + first) for n in range(PAIRS + WARM)] for first in (0, 5_000_000))
        measure(
            "person, telephone and e-mail", lambda n: file(url, n, told[n]), lambda n: file(url, n, untold[n])
        )


def measure(
    what: str, known: Callable[[int], Sequence[Answer]], unknown: Callable[[int], Sequence[Answer]]
) -> None:
    """One line for each step of the way: the difference of the medians, how likely it is chance, and the bytes."""

    def both(n: int) -> tuple[Sequence[Answer], Sequence[Answer]]:
        if random.Random(SEED + n).random() < 0.5:
            return known(n), unknown(n)
        second = unknown(n)
        return known(n), second

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        pairs = list(crowd.map(both, range(PAIRS + WARM)))[WARM:]
    for step in range(len(pairs[0][0])):
        ours, strangers = ([pair[side][step] for pair in pairs] for side in (0, 1))
        times = [[answer.seconds for answer in answers] for answers in (ours, strangers)]
        say(
            "no oracle",
            kind=what,
            step=step + 1,
            pairs=len(pairs),
            median_ms=[round(statistics.median(seconds) * 1000, 2) for seconds in times],
            difference_ms=round((statistics.median(times[0]) - statistics.median(times[1])) * 1000, 2),
            p=round(mann_whitney(*times), 4),
            same_bytes=len({answer.seen for answer in (*ours, *strangers)}) == 1,
        )


def mann_whitney(ones: Sequence[float], others: Sequence[float]) -> float:
    """How likely two samples differ this much by chance alone: two-sided, by the normal approximation."""
    ranked = sorted([(value, 0) for value in ones] + [(value, 1) for value in others])
    ranks = sum(place for place, (_, side) in enumerate(ranked, 1) if side == 0)
    n, m = len(ones), len(others)
    spread = math.sqrt(n * m * (n + m + 1) / 12)
    return 2 * statistics.NormalDist().cdf(-abs(ranks - n * (n + m + 1) / 2) / spread)


def surname(n: int) -> str:
    """One surname of the same length for each number."""
    return "Верес" + "".join("абвгґдежзи"[int(digit)] for digit in f"{n:07d}")


def nobodys(n: int) -> str:
    """A number that is never issued: its letters are not among ours."""
    return f"FL-{n:04d}-IIII"


def ask(url: str, n: int, reference: str) -> list[Answer]:
    """Ask for a code, and then enter a wrong one."""
    visitor = Visitor(url, n)
    first = visitor.post("/uk/my-report/", {"reference": reference})
    return [first, visitor.post("/uk/my-report/code/", {"code": "0000"})]


def file(url: str, n: int, cookie: str) -> list[Answer]:
    """Send a report whose answers all stand ready, and look at what comes of it."""
    visitor = Visitor(url, n)
    visitor.cookies["draft"] = cookie
    return [visitor.post("/uk/report/check/", {}), visitor.get("/uk/report/confirm/")]


def draft_cookie(person: int) -> str:
    """The way to a draft with all answers about this person, from this telephone and mailbox."""
    from django.core import signing

    from familylink.reports.models import Draft
    from tests.portal.conftest import ANSWERS

    told = {"surname": surname(person), "phone": f"+38099{person:07d}", "email": f"n{person:07d}@example.org"}
    draft = Draft()
    draft.keep({**ANSWERS, "russian_name": "", "passport_name": "", **told})
    return signing.get_cookie_signer(salt="draftdraft").sign(str(draft.pk))


class Visitor:
    """A browser of its own at an address of its own, so that the limits stay what they are."""

    def __init__(self, url: str, n: int) -> None:
        self.server = urlsplit(url)
        self.source = f"127.{1 + n // 250}.{n % 250}.7"
        self.cookies = {"csrftoken": TOKEN}

    def post(self, path: str, form: dict[str, str]) -> Answer:
        return self._ask("POST", path, urlencode({**form, "csrfmiddlewaretoken": TOKEN}))

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, "")

    def _ask(self, method: str, path: str, body: str) -> Answer:
        assert self.server.hostname
        connection = http.client.HTTPConnection(
            self.server.hostname, self.server.port, source_address=(self.source, 0), timeout=60
        )
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        connection.request(method, path, body or None, headers)
        reply = connection.getresponse()
        page = reply.read()
        seconds = time.perf_counter() - began
        connection.close()
        for kept in reply.headers.get_all("Set-Cookie") or ():
            name, _, rest = kept.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return Answer(seconds, (reply.status, _steady(reply.headers), _bare(page.decode())))


def _steady(headers: Any) -> tuple[object, ...]:
    shown = [(name, value) for name, value in headers.items() if name not in ("Date", "Set-Cookie")]
    return tuple(sorted(shown)), len(headers.get_all("Set-Cookie") or ())


def _bare(page: str) -> str:
    """Without what is random or was typed by the visitor: tokens, the new report's own number, the masked addresses."""
    return re.sub(r'csrfmiddlewaretoken" value="\w+"|FL-\w{4}-\w{4}|…\d\d', "", page)


# ----------------------------------------------------------------------------------------------------- light


def measure_light(url: str) -> None:
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import QUIET
    from tests.browser_setup import find

    path = find()
    if not path:
        say("page", left_out="no Chromium on this machine")
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        others(Path(folder)) as services,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        for page in PAGES:
            _load(browser, url, f"/uk/{page}", of="ours")
        if not services:
            say("page", left_out="other services' pages: npm brought none")
        for service, address in services.items():
            _load(browser, address, "/", of=service)
        browser.close()


def _load(browser: Any, url: str, path: str, *, of: str) -> None:
    from tests.browser.axe import violations

    context = browser.new_context(base_url=url, viewport={"width": 360, "height": 740})
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", LINE)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    loaded: list[float] = []
    wire.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    weight, requests = round(sum(loaded)), len(loaded)
    noted = {name: round(value, 2) for name, value in page.evaluate(NOTED).items()}
    broken = len(violations(page))
    say("page", of=of, path=path, bytes=weight, requests=requests, **noted, broken_rules=broken)
    context.close()


if __name__ == "__main__":
    main()
