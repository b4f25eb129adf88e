"""Files that people send stay in memory until they are sealed; one that is too large arrives empty, with its size.

Django's own handler lets such a file vanish: a family would believe that its photo is kept.
"""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler


class InMemoryOrRefused(MemoryFileUploadHandler):
    """What is above FILE_UPLOAD_MAX_MEMORY_SIZE is read past and never kept; its form says that it is too large."""

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        """The file, or an empty one of this size."""
        if self.activated:
            return super().file_complete(file_size)
        return InMemoryUploadedFile(
            BytesIO(), self.field_name, self.file_name, self.content_type, file_size, self.charset
        )
