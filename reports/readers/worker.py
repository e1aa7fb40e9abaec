"""The child process that reads one document: standard input to JSON on standard output, within fixed limits.

``python -m reports.readers.worker READER SECONDS``, SECONDS being the processor time it may take.
"""

import importlib
import json
import resource
import sys
from contextlib import suppress

from reports.model import Unreadable
from reports.readers.isolated import encode
from reports.readers.limits import within_limits

# Reader: the module with its ``read_blocks``, what its documents are called, and the bytes of address space they need.
READERS = {
    "pdf": ("reports.readers.pdf_document", "PDF", 1_500_000_000),
    "docx": ("reports.readers.docx", "DOCX", 1_000_000_000),
    "doc": ("reports.readers.doc", "Word document", 1_000_000_000),
    "sheet": ("reports.readers.sheet_document", "spreadsheet", 1_500_000_000),
    "picture": ("reports.readers.picture_document", "picture", 3_000_000_000),
}


def main(reader: str, seconds: int) -> None:
    """Answer ``{"blocks": […]}`` or ``{"unreadable": "why"}``; killed by a limit, nothing."""
    module, what, memory = READERS[reader]
    for limit, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # the operating system may know no such limit, or have a lower one
            resource.setrlimit(limit, (most, most))
    try:
        read_blocks = importlib.import_module(module).read_blocks
        answer: dict[str, object] = {"blocks": encode(within_limits(read_blocks(sys.stdin.buffer.read()), what))}
    except Unreadable as error:
        answer = {"unreadable": str(error), "waits_for": error.waits_for}
    except ImportError as error:
        answer = {"unreadable": f"no reader for a {what}: {str(error).splitlines()[0]}"}
    except MemoryError:
        answer = {"unreadable": f"hostile {what}: reading it exhausted the memory allowed"}
    except Exception as error:  # noqa: BLE001 - whatever the libraries trip over, the file ends under a name
        answer = {"unreadable": f"damaged {what}: {type(error).__name__} while reading it"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
