"""A PDF on standard input -> its lines with their places as JSON on standard output. Run as a program of its own.

PDFium reads what strangers made; what it does wrong with it, loop, crash or eat memory, ends with this process.
"""

from __future__ import annotations

import ctypes
import json
import sys
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

__all__ = ["lines_of", "main"]


def lines_of(data: bytes, most_pages: int, most_characters: int) -> dict[str, Any]:
    """`{"pages", "title", "created", "lines"}`, a line as [page, left, right, baseline, size, text]; or `{"error"}`."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        return {"error": "password" if "password" in str(error).lower() else "broken"}
    if len(document) > most_pages:
        return {"error": "pages", "pages": len(document)}
    told = document.get_metadata_dict()
    lines: list[tuple[int, float, float, float, float, str]] = []
    left = most_characters
    for number in range(len(document)):
        text = document[number].get_textpage()
        left -= text.count_chars()
        if left < 0:
            return {"error": "characters"}
        lines += [(number, *line) for line in _lines(text)]
    return {"pages": len(document), "title": told.get("Title"), "created": told.get("CreationDate"), "lines": lines}


def _lines(text: Any) -> list[tuple[float, float, float, float, str]]:
    """The lines of a page; PDFium marks a hyphen at a line's end, and no other end of that line, with U+0002."""
    codes = [pdfium.FPDFText_GetUnicode(text.raw, i) for i in range(text.count_chars())]
    found = []
    start = 0
    for end in (*(i for i, code in enumerate(codes) if code in (2, 10, 13)), len(codes)):
        seen = [i for i in range(start, end) if codes[i] > 32]
        if seen:
            words = "".join(map(chr, codes[start : end + 1])).rstrip("\r\n")
            x, y = ctypes.c_double(), ctypes.c_double()
            pdfium.FPDFText_GetCharOrigin(text.raw, seen[0], x, y)
            right = text.get_charbox(seen[-1])[2]
            found.append((x.value, right, y.value, pdfium.FPDFText_GetFontSize(text.raw, seen[0]), words))
        start = end + 1
    return found


def _bounded(megabytes: int, seconds: int) -> None:
    """Hold this process to some memory and time of the processor, where the system can."""
    try:
        import resource  # noqa: PLC0415  not on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def main() -> None:
    """Read standard input; pages, characters and seconds are the arguments."""
    pages, characters, seconds = map(int, sys.argv[1:])
    _bounded(2_000, seconds)
    json.dump(lines_of(sys.stdin.buffer.read(), pages, characters), sys.stdout)


if __name__ == "__main__":
    main()
