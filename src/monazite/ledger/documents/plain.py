"""Bytes of a text file -> its characters: UTF-8, UTF-16 with its mark, or what Western word processors write."""

from __future__ import annotations

from monazite.core.errors import ReportError
from monazite.ledger.documents.values import Document, Source

__all__ = ["read_plain"]


def read_plain(source: Source) -> Document:
    """The text of a file as it stands, CR LF as one newline.

    :raises ReportError: if it is empty, binary or in another encoding.
    """
    return Document(_decode(source.where, source.data).replace("\r\n", "\n").replace("\r", "\n"))


def _decode(where: str, data: bytes) -> str:
    if not data:
        raise ReportError(where, "the file is empty", "give a report with text in it")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise ReportError(where, "starts like UTF-16 and then is not", "save it as UTF-8 text") from None
    if b"\0" in data:
        raise ReportError(where, "a binary file, expected text", "export the report as plain text (UTF-8)")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    # Western word processors write cp1252; elsewhere its bytes above 127 would be mojibake, so only a few may occur
    odd = sum(byte > 127 for byte in data)
    control = sum(byte < 32 and byte not in (9, 10, 12, 13) for byte in data)
    if odd > 0.1 * len(data) or control:
        raise ReportError(where, "neither UTF-8 nor Western text", "save it as UTF-8 text")
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        raise ReportError(where, "neither UTF-8 nor Western text", "save it as UTF-8 text") from None
