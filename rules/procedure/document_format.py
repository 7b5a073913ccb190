"""The formats of documents of a file, each recognised by its first bytes."""

from collections.abc import Callable
from dataclasses import dataclass

from rules.values import BadValueError

_ZIP = b"PK\x03\x04"
_CONTENT_TYPES = b"[Content_Types].xml"
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
"""The object identifier 1.2.840.113549.1.7.2 in DER (RFC 5652, 5.1)."""
_SEQUENCE = b"\x30"
_HEADER_BYTES = 20

Content = bytes | bytearray
"""All bytes of a document."""


@dataclass(frozen=True, slots=True)
class DocumentFormat:
    """A format: `name` as in the setting; `has_its_bytes` checks the content of a document."""

    name: str
    media_type: str
    has_its_bytes: Callable[[Content], bool]


def _begins_with(first: bytes) -> Callable[[Content], bool]:
    return lambda content: content.startswith(first)


def _office(main_part: bytes) -> Callable[[Content], bool]:
    """An Office Open XML file: a ZIP archive that lists its content types and has this part.

    Names of parts are not compressed in the archive, so nothing has to be unpacked.
    """
    return lambda content: (
        content.startswith(_ZIP) and _CONTENT_TYPES in content and main_part in content
    )


def _is_signed_data(content: Content) -> bool:
    return content.startswith(_SEQUENCE) and _SIGNED_DATA in content[:_HEADER_BYTES]


_OPEN_XML = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    document_format.name: document_format
    for document_format in (
        DocumentFormat("pdf", "application/pdf", _begins_with(b"%PDF-")),
        DocumentFormat("png", "image/png", _begins_with(b"\x89PNG\r\n\x1a\n")),
        DocumentFormat("jpeg", "image/jpeg", _begins_with(b"\xff\xd8\xff")),
        DocumentFormat("docx", f"{_OPEN_XML}.wordprocessingml.document", _office(b"word/document")),
        DocumentFormat("xlsx", f"{_OPEN_XML}.spreadsheetml.sheet", _office(b"xl/workbook")),
        DocumentFormat("p7s", "application/pkcs7-signature", _is_signed_data),
    )
}
"""Every supported format; a setting selects the accepted ones."""


def format_of(media_type: str, taken: frozenset[str]) -> DocumentFormat:
    """The format of a media type; its parameters and case are ignored.

    Raises:
        BadValueError: no format in `taken` has this media type.
    """
    name = media_type.partition(";")[0].strip().lower()
    for document_format in FORMATS.values():
        if document_format.media_type == name and document_format.name in taken:
            return document_format
    may_be = ", ".join(
        document_format.media_type
        for document_format in FORMATS.values()
        if document_format.name in taken
    )
    raise BadValueError(f"một trong {may_be}", f"one of {may_be}")


def refuse_other_bytes(content: Content, declared: DocumentFormat) -> None:
    """Raises BadValueError: the bytes are not of the format that was declared."""
    if not declared.has_its_bytes(content):
        name = declared.name.upper()
        raise BadValueError(f"một tệp {name}", f"a {name} file")
