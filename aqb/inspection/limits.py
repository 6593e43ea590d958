"""What the reading process may use of the machine; set before it looks at the first byte of a file."""

import os
import resource

# A scan of 200 pages needs 120 MiB, the largest picture that may come in (CMYK, 60 million pixels) 570 MiB; what needs
# more was made to.
MEMORY = 768 * 1024 * 1024  # bytes of address space
LARGEST_ANSWER = 64 * 1024 * 1024  # bytes
OPEN_FILES = 32


def apply(seconds: int) -> None:
    """Bind this process for good: computing time in seconds, memory, size of what it writes, files, no new process.

    Whoever waits for a page goes before whoever waits for a file to be read.
    """
    os.nice(10)
    # The first limit ends the process with its own signal, the second one, later, with the general one.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, LARGEST_ANSWER),
        (resource.RLIMIT_CORE, 0),  # a core file would hold the document
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))
