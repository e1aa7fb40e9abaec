"""The child process that reads one PDF: standard input to JSON on standard output, within fixed limits."""

import json
import resource
import sys
from contextlib import suppress

from reports.model import Unreadable
from reports.readers.pdf import encode
from reports.readers.pdf_document import read_blocks

MEMORY = 1_500_000_000  # bytes of address space; a report takes about 300 million
SECONDS = 40  # of processor time; a report takes less than one per five pages


def main() -> None:
    """Answer ``{"blocks": […]}`` or ``{"unreadable": "why"}``; killed by a limit, nothing."""
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # the operating system may know no such limit, or have a lower one
            resource.setrlimit(limit, (most, most))
    try:
        answer: dict[str, object] = {"blocks": [encode(block) for block in read_blocks(sys.stdin.buffer.read())]}
    except Unreadable as error:
        answer = {"unreadable": str(error)}
    except MemoryError:
        answer = {"unreadable": "hostile PDF: reading it exhausted the memory allowed"}
    except Exception as error:  # noqa: BLE001 - whatever the libraries trip over, the file ends under a name
        answer = {"unreadable": f"damaged PDF: {type(error).__name__} while reading it"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
