"""What comes in with a form stays in memory: no file of a visitor lies on a disk before somebody has looked at it."""

from io import BytesIO
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from aqb.inspection import LARGEST_UPLOAD

NOT_EVEN_READ = 4 * LARGEST_UPLOAD  # bytes of a whole request


class InMemory(FileUploadHandler):
    """Keeps a file up to the largest size and one byte of what lies beyond.

    So whoever asks for the file's `size`, or counts what it contains, finds that it is too large, and a huge file
    takes no more memory than a permitted one. Whole requests far beyond it are not read at all.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - the name is Django's
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        if content_length > NOT_EVEN_READ:
            raise RequestDataTooBig(f"A request of {content_length} bytes is not read.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        room = LARGEST_UPLOAD + 1 - self.kept.tell()
        if room > 0:
            self.kept.write(raw_data[:room])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.kept.seek(0)
        return InMemoryUploadedFile(
            self.kept, self.field_name, self.file_name or "", self.content_type, file_size, self.charset,
            self.content_type_extra,
        )  # fmt: skip
