"""Reads text in pictures with RapidOCR (Apache-2.0) and the models in its package.

The models are PP-OCRv6 small for finding and reading lines and the PP-OCR classifier that turns
lines on their head, by the PaddleOCR authors under Apache-2.0; nothing is ever downloaded.

This module is light and every process may import it; the models are loaded at the first `read`,
about 450 MB, and belong into a worker.
"""

from compliance.pictures import Reading, ReadingError


class RapidOcr:
    """The reader that comes with Copydesk."""

    id = "rapidocr"
    licence = "Apache-2.0"

    def read(self, content: bytes) -> Reading:
        """Return the lines on the picture; raise `ReadingError` for what cannot be read."""
        try:
            from plugins.rapidocr import backend
        except ImportError as error:
            raise ReadingError(
                f"the reader of pictures is not installed ({error}): "
                "run `make setup`, or `pip install 'copydesk[ocr]'` where the workers run",
                permanent=True,
                code="not_installed",
            ) from error
        return backend.read(content)


READER = RapidOcr()
