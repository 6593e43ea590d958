"""How the application and its reading process talk: one line of JSON, then bytes. Nothing in it is ever run."""

import json
from dataclasses import dataclass, field
from typing import IO, Any

LONGEST_LINE = 32 * 1024 * 1024  # bytes of JSON in one message


class Garbled(Exception):
    """What came is no message of this form: the other side is broken or has been taken over."""


@dataclass(frozen=True)
class Message:
    """Plain values, and beside them files as bytes."""

    values: dict[str, Any]
    files: list[bytes] = field(default_factory=list)


def write(stream: IO[bytes], message: Message) -> None:
    """Put the message on the stream."""
    line = json.dumps([message.values, [len(one) for one in message.files]])
    stream.write(line.encode("ascii") + b"\n")
    for one in message.files:
        stream.write(one)
    stream.flush()


def read(stream: IO[bytes]) -> Message:
    """The one message on the stream; raises Garbled when it has another form."""
    try:
        values, lengths = json.loads(stream.readline(LONGEST_LINE), parse_constant=_no_number)
    except (ValueError, TypeError, RecursionError) as error:
        raise Garbled("not JSON of the agreed form") from error
    if not isinstance(values, dict) or not isinstance(lengths, list):
        raise Garbled("not JSON of the agreed form")
    if not all(type(one) is int and one >= 0 for one in lengths):
        raise Garbled("lengths are no lengths")
    content = stream.read()
    if len(content) != sum(lengths):
        raise Garbled("files have other lengths than announced")
    files, start = [], 0
    for length in lengths:
        files.append(content[start : start + length])
        start += length
    return Message(values, files)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")
