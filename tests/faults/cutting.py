"""A proxy before PostgreSQL that cuts the connection exactly at a COMMIT, before or after the server has got it."""

import contextlib
import random
import socket
import threading
from pathlib import Path


class CuttingProxy:
    """Listens on loopback; every COMMIT is cut with the chance `share`, until `most` were."""

    def __init__(self, upstream: Path, *, share: float, most: int, seed: int = 3) -> None:
        self.cuts = 0
        self._upstream, self._share, self._most = upstream, share, most
        self._draw = random.Random(seed)
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._server.accept()
                there = socket.socket(socket.AF_UNIX)
                there.connect(str(self._upstream))
                threading.Thread(target=self._requests, args=(client, there), daemon=True).start()
                threading.Thread(target=_answers, args=(there, client), daemon=True).start()

    def _requests(self, client: socket.socket, there: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                if b"COMMIT" in data and self.cuts < self._most and self._draw.random() < self._share:
                    self.cuts += 1
                    if self._draw.random() < 0.5:
                        # The client's end is closed first, so that no answer can reach it any more.
                        client.shutdown(socket.SHUT_RDWR)
                        there.sendall(data)
                        there.recv(1)  # the server has worked it off
                    break
                there.sendall(data)
        for end in (client, there):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def _answers(there: socket.socket, client: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := there.recv(65536):
            client.sendall(data)
