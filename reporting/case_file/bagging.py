"""A program of its own: makes a bag (RFC 8493) of the folder in its argument, with the facts from its input.

The bagit library changes the working directory of the whole process, and the threads of a web worker share theirs.
"""

import json
import sys

import bagit

CHECKSUMS = ["sha256", "sha512"]

if __name__ == "__main__":
    bagit.make_bag(sys.argv[1], json.load(sys.stdin), checksums=CHECKSUMS)
