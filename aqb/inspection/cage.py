"""The kernel refuses the reading process everything but computing: no files, no network, no other processes.

A file that takes the process over by a fault in a library finds nothing to read, nobody to talk to and nothing to
start. The filter (seccomp) can be closed by any user and never be opened again.
"""

import ctypes
import errno
import platform
import struct
import sys
from typing import Any

# What is refused, by name with its number on x86-64 and on 64-bit ARM (0: does not exist there).
CALLS = {
    # files: opening, changing, watching
    "open": (2, 0), "creat": (85, 0), "openat": (257, 56), "open_by_handle_at": (304, 265), "truncate": (76, 45),
    "rename": (82, 0), "renameat": (264, 38), "renameat2": (316, 276), "link": (86, 0), "linkat": (265, 37),
    "symlink": (88, 0), "symlinkat": (266, 36), "unlink": (87, 0), "unlinkat": (263, 35), "rmdir": (84, 0),
    "mkdir": (83, 0), "mkdirat": (258, 34), "mknod": (133, 0), "mknodat": (259, 33), "chmod": (90, 0),
    "fchmodat": (268, 53), "chown": (92, 0), "lchown": (94, 0), "fchownat": (260, 54), "chroot": (161, 51),
    "mount": (165, 40), "umount2": (166, 39), "setxattr": (188, 5), "name_to_handle_at": (303, 264),
    # network; a pair of sockets within the process may be
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201), "accept": (43, 202),
    "accept4": (288, 242), "sendto": (44, 206), "sendmsg": (46, 211), "sendmmsg": (307, 269),
    # other processes: starting, looking into, signalling; a process may still end itself (tgkill)
    "clone": (56, 220), "fork": (57, 0), "vfork": (58, 0), "execve": (59, 221), "execveat": (322, 281),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kill": (62, 129),
    "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "prlimit64": (302, 261),
    "shmget": (29, 194), "shmat": (30, 196), "unshare": (272, 97), "setns": (308, 268),
    # doors into the kernel that no reader of files needs
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "keyctl": (250, 219),
    "add_key": (248, 217), "request_key": (249, 218),
}  # fmt: skip
# From here on: another way to open files, to start processes and to ask for several calls at once (io_uring).
NEWER = 424
# Column above, and the kernel's number of the architecture.
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
CALL, ARCHITECTURE = 0, 4  # where they stand in what the kernel shows to the filter
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
NO_NEW_PRIVILEGES, FILTER = 38, (22, 2)  # arguments of prctl


class Program(ctypes.Structure):
    """A filter as the kernel takes it."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


# Modules that somebody has tried to load since. Libraries may take a module that is missing for a fault of the file, so
# whatever was said without it does not count. Names of character sets may come from the file itself.
missed: list[str] = []


def _notice(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "import" and not str(arguments[0]).startswith("encodings."):
        missed.append(str(arguments[0]))


def close() -> bool:
    """Refuse all of this to this process for the rest of its life; False where the kernel has no such filter.

    Everything that is needed has to be loaded before; what was not stands in `missed`.
    """
    sys.addaudithook(_notice)
    if platform.machine() not in MACHINES:
        return False
    column, architecture = MACHINES[platform.machine()]
    instructions = _instructions([numbers[column] for numbers in CALLS.values() if numbers[column]], architecture)
    program = Program(len(instructions) // 8, instructions)
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
    if prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    return not prctl(*FILTER, ctypes.addressof(program), 0, 0)


def _instructions(refused: list[int], architecture: int) -> bytes:
    """The filter: calls of another architecture end the process, refused ones fail, all others go through."""
    tests = [(AT_LEAST, NEWER), *((EQUAL, number) for number in refused)]
    lines = [(LOAD, 0, 0, ARCHITECTURE), (EQUAL, 1, 0, architecture), (RETURN, 0, 0, KILL), (LOAD, 0, 0, CALL)]
    lines += [(test, len(tests) - at, 0, number) for at, (test, number) in enumerate(tests)]
    lines += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]
    return b"".join(struct.pack("HBBI", *line) for line in lines)
