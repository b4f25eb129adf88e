"""What sealing costs, per value, against the same without it: `python -m tests.benchmarks.sealing`.

Prints one JSON line for each operation and size: microseconds sealed, plain, and their ratio. The fastest of
several rounds counts: on a busy machine the others measure the neighbours.
"""

import base64
import hashlib
import json
import os
import time
from collections.abc import Callable
from functools import partial

from django.conf import settings

from familylink.sealing import Keyring, blind_index, blocking_keys
from matching import engine
from matching.engine import BirthDate, Name, Person

ROUNDS, VALUES = 7, 20_000
CONTEXT = b"reports_missingperson|0d5cf14e-3c1a-4a58-9a52-4f6f4f1f9c11|profile"


def main() -> None:
    settings.configure(INDEX_KEY="a secret of this benchmark", SEALING_KEYS="")
    person = Person((Name("Вересняченко", "Любослав", "Світозарович"),), BirthDate.parse("1979-11-23"))
    profile = engine.profile(person).to_bytes()
    for name, value in (("surname", "Вересняченко".encode()), ("profile", profile), ("row", profile * 4)):
        measure_value(name, value)
    measure_keys(person)


def measure_value(name: str, value: bytes) -> None:
    """Sealing and opening against handing the bytes over as a driver does, which copies them."""
    ring = Keyring(f"k1:{base64.urlsafe_b64encode(os.urandom(32)).decode()}")
    sealed = ring.seal(value, CONTEXT)
    plain = per_value(lambda: bytes(bytearray(value)))
    say("seal", name, len(value), per_value(lambda: ring.seal(value, CONTEXT)), plain)
    say("open", name, len(value), per_value(lambda: ring.open(sealed, CONTEXT)), plain)
    anew = per_value(lambda: ring.seal(ring.open(sealed, CONTEXT), CONTEXT))
    say("reseal", name, len(value), anew, plain, grows_by=len(sealed) - len(value))


def measure_keys(person: Person) -> None:
    """Keyed hashes against hashes without a key, which a thief would reverse by trying all names."""
    compiled = engine.profile(person)
    for name, found in (("stored", engine.stored_numbers), ("asked", engine.query_numbers)):
        keys = found([compiled])
        keyed = per_value(partial(blocking_keys, keys.words, keys.rests), len(keys.words))
        plain = per_value(partial(engine.mixed, keys.words, keys.rests), len(keys.words))
        say("blocking key", name, 16, keyed, plain)
    phone = "+380671234509"
    keyed = per_value(lambda: blind_index("contact:sms", phone))
    say("blind index", "phone", len(phone), keyed, per_value(lambda: hashlib.sha256(phone.encode()).digest()))


def per_value(work: Callable[[], object], values: int = 1) -> float:
    """Microseconds for one value, where each call does so many."""
    calls = max(VALUES // values, 1)
    return min(one_round(work, calls) for _ in range(ROUNDS)) / calls / values * 1e6


def one_round(work: Callable[[], object], calls: int) -> float:
    began = time.perf_counter()
    for _ in range(calls):
        work()
    return time.perf_counter() - began


def say(operation: str, name: str, size: int, sealed_us: float, plain_us: float, **more: int) -> None:
    """`size` is in bytes, of a key in letters."""
    costs = {"sealed_us": round(sealed_us, 2), "plain_us": round(plain_us, 2)}
    ratio = round(sealed_us / plain_us, 1)
    print(json.dumps({"operation": operation, "value": name, "size": size, **costs, "ratio": ratio, **more}))


if __name__ == "__main__":
    main()
