"""Documents come in formats that are known by their own first bytes."""

import io
import zipfile

import pytest

from rules.procedure.document_format import FORMATS, format_of, refuse_other_bytes
from rules.values import BadValueError

ALL = frozenset(FORMATS)


def office(*parts: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for part in parts:
            opened.writestr(part, f"<{part}/>")
    return archive.getvalue()


BYTES = {
    "pdf": b"%PDF-1.7\n",
    "png": b"\x89PNG\r\n\x1a\n\x00",
    "jpeg": b"\xff\xd8\xff\xe0",
    "docx": office("[Content_Types].xml", "word/document.xml"),
    "xlsx": office("xl/workbook.xml", "[Content_Types].xml"),
    "p7s": bytes.fromhex("3082010006092a864886f70d010702") + bytes(99),
}


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_accepts_only_its_own_bytes(name: str) -> None:
    for other, content in BYTES.items():
        if other == name:
            refuse_other_bytes(content, FORMATS[name])
        else:
            with pytest.raises(BadValueError):
                refuse_other_bytes(content, FORMATS[name])
    for content in (b"", b"%PD", bytes(range(256)), office("word/document.xml"), b"\x30" * 99):
        with pytest.raises(BadValueError):
            refuse_other_bytes(content, FORMATS[name])


def test_a_format_is_found_by_its_media_type() -> None:
    assert format_of("application/pdf", ALL).name == "pdf"
    assert format_of("Application/PDF; version=1.7", ALL).name == "pdf"
    for media_type in ("", "text/html", "application/octet-stream", "application/pdfx"):
        with pytest.raises(BadValueError, match="application/pdf"):
            format_of(media_type, ALL)
    with pytest.raises(BadValueError, match=r"^one of application/pdf$"):
        format_of("image/png", frozenset({"pdf"}))
