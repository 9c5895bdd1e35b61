"""Every document is made in a process of its own, which may take so much time and memory and cannot reach anything.

A document that runs wild then takes nobody along: its process is stopped, and the web process goes on. The processes
are copies of one that has the library loaded (a fork server), so that one costs hundredths of a second.
"""

import multiprocessing
import resource
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from multiprocessing.connection import Connection

# Relative addresses in a print template and its stylesheets are names of static files under this host.
STATIC_HOST = "https://static.invalid/"
# Pictures that are no files: only those that a document was given can be asked for, by their names there.
PICTURE_HOST = "https://picture.invalid/"
# The largest report that we know takes a tenth of each.
LONGEST_HTML = 10 * 1024 * 1024
MEMORY = 2 * 1024**3
CPU_SECONDS = 120
SECONDS = 180
_DENIED = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "ftplib.", "urllib.")

_context = multiprocessing.get_context("forkserver")
# The second is what a web process was started with, which each copy looks at again.
_context.set_forkserver_preload(["pluspunt.layout_ready", "gunicorn.app.wsgiapp"])


class DocumentTooHeavy(Exception):
    """A document takes more text, time or memory than any of ours should; the message is for the user."""

    def __init__(self):
        super().__init__("Dit document is te groot om te maken. Kies minder, of vertel het de beheerder.")


@dataclass(frozen=True)
class AttachedFile:
    """A file inside a PDF, with the data that the document is about."""

    name: str
    description: str
    content: bytes


@dataclass(frozen=True)
class Order:
    """What a document is made of; `on_one_page` when more pages are of no use."""

    html: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    attachments: tuple[AttachedFile, ...] = ()
    day: date | None = None
    on_one_page: bool = False


def carry_out(order: Order) -> bytes | None:
    """The PDF of `order`, or `None` when it does not fit on the one page that it had to.

    Raises `DocumentTooHeavy` when a limit is reached, and what went wrong in making it.
    """
    if len(order.html) > LONGEST_HTML:
        raise DocumentTooHeavy
    ours, theirs = _context.Pipe(duplex=False)
    process = _context.Process(target=_make, args=(theirs, order, MEMORY, CPU_SECONDS), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(SECONDS):
            raise DocumentTooHeavy
        made = ours.recv()
    except EOFError:  # the process came to a limit
        raise DocumentTooHeavy from None
    finally:
        process.kill()
        process.join()
        ours.close()
    if isinstance(made, Exception):
        raise made
    return made


def _make(answer: Connection, order: Order, memory: int, seconds: int) -> None:
    """Runs in the copy."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A restart of the server lets what is being made finish; who asked for it stops it.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.addaudithook(_deny)
    from pluspunt.layout import make_pdf  # loaded already, and never in a web process

    try:
        answer.send(make_pdf(order))
    except MemoryError:
        return
    except Exception as error:
        answer.send(_sendable(error))


def _deny(event: str, arguments: tuple) -> None:
    """No network and no other programs, whatever a document or a library asks for."""
    if event.startswith(_DENIED):
        raise PermissionError(f"{event} in a document")


def _sendable(error: Exception) -> Exception:
    """The kind of `error` and its words, without objects that only exist in the copy."""
    return type(error)(*map(str, error.args)) if type(error).__module__ == "builtins" else RuntimeError(repr(error))
