"""The process that owns Playwright and Chromium: reads HTML documents from its input, writes pictures and PDFs.

    python -m gateway.preview.drawing_child CHROMIUM

Each frame (see `pipe_frames`) that comes in is `I` for a picture or `D` for a PDF, and a document in UTF-8; each answer
begins with `P` for what was drawn, or `E` for the reason why there is nothing. The first frame that goes out tells the
start: `S` and the jail, or `E` and why there is no jail. `R` says that nothing is left of the last document, and the
next may come. It imports nothing of Django, gets an empty environment, and
is killed from outside when it takes too long.
"""

import os
import sys
from pathlib import Path

from gateway.mail.pipe_frames import read_blocking, write_blocking
from gateway.preview.browser import Renderer, RenderFailed

_NICENESS = 5


def main() -> None:
    """Draw until the standard input ends."""
    # What strangers wrote waits for what people ask for; the browser inherits this.
    os.nice(_NICENESS)
    # Whatever prints something by itself prints it into the log, and not between the frames.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    renderer = Renderer(Path(sys.argv[1]))
    try:
        renderer.start()
    except RenderFailed as error:
        write_blocking(answers, b"E" + str(error).encode())
        return
    write_blocking(answers, f"S{renderer.mode} {int(renderer.sandboxed)}".encode())
    while True:
        renderer.prepare()
        write_blocking(answers, b"R")
        document = read_blocking(sys.stdin.buffer)
        if document is None:
            break
        try:
            html = document[1:].decode("utf-8", "replace")
            write_blocking(answers, b"P" + renderer.draw(html, SECONDS, as_pdf=document[:1] == b"D"))
        except RenderFailed as error:
            write_blocking(answers, b"E" + str(error).encode())
    renderer.close()


SECONDS = 10.0
"""Playwright's own limit of a step, within the limit that the parent process keeps."""


if __name__ == "__main__":
    main()
