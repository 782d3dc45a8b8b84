"""What game processes print, passed on and kept: why a game did not start stands nowhere else."""

from __future__ import annotations

import os
import threading
from collections import deque

OUTPUT, ERRORS = 1, 2
KEPT_LINES = 40
PATIENCE_S = 5.0


class Overheard:
    """Listens to this process's own output, which games inherit, as long as the process lives."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._asked = b"\0%d\n" % os.getpid()
        self._heard_all = threading.Event()
        heard, self._spoken = os.pipe()
        shown = os.dup(ERRORS)
        threading.Thread(target=self._listen, args=(heard, shown), daemon=True).start()
        for stream in (OUTPUT, ERRORS):
            os.dup2(self._spoken, stream)

    def lines(self) -> list[str]:
        """The last lines that were printed before this call."""
        self._heard_all.clear()
        os.write(self._spoken, b"\n" + self._asked)
        self._heard_all.wait(PATIENCE_S)
        return list(self._lines)

    def _listen(self, heard: int, shown: int) -> None:
        with os.fdopen(heard, "rb") as stream:
            for line in stream:
                if line == self._asked:
                    self._heard_all.set()
                    continue
                if line.strip():
                    os.write(shown, line)
                    self._lines.append(line.decode(errors="replace").strip())
