"""What the service refuses, each with a stable code (docs/errors has a page for each).

Problem
├── BadInput         BAD_INPUT         an argument is not what the field takes
├── NotFound         NOT_FOUND         nothing has this code or id
├── Unauthenticated  UNAUTHENTICATED   nobody is signed in
├── Forbidden        FORBIDDEN         the law gives this to somebody else; carries the clause
├── AlreadyAttached  ALREADY_ATTACHED  the same bytes are in the file already, as the same paper
├── FileFull         FILE_FULL         the file has as many documents, or bytes, as it may have
├── StalePolicy      STALE_POLICY      another policy has become active meanwhile
├── PullAnew         PULL_ANEW         the database was restored; changes since are not known
└── BadRepresentation BAD_REPRESENTATION a representation names no type and key
"""

from datetime import date


class Problem(Exception):  # noqa: N818 - a refusal is an answer, not a failure of the service
    """An expected refusal, said in both languages; `field` names the argument it is about."""

    code = "PROBLEM"

    def __init__(
        self, *, vi: str, en: str, field: str | None = None, clause: str | None = None
    ) -> None:
        super().__init__(en)
        self.vi, self.en, self.field, self.clause = vi, en, field, clause

    def localized_message(self, language: str) -> str:
        return self.vi if language == "vi" else self.en

    @property
    def extensions(self) -> dict[str, object]:
        """What a client decides by, beside the sentence."""
        values = {"code": self.code, "field": self.field, "clause": self.clause}
        return {name: value for name, value in values.items() if value is not None}


class BadInput(Problem):
    code = "BAD_INPUT"


class NotFound(Problem):
    code = "NOT_FOUND"


class Unauthenticated(Problem):
    code = "UNAUTHENTICATED"


class Forbidden(Problem):
    code = "FORBIDDEN"


class AlreadyAttached(Problem):
    code = "ALREADY_ATTACHED"


class FileFull(Problem):
    code = "FILE_FULL"

    def __init__(self, documents_max: int, bytes_max: int) -> None:
        mebibytes = bytes_max >> 20
        super().__init__(
            vi=f"Hồ sơ đã đầy: tối đa {documents_max} văn bản, tổng cộng {mebibytes} MiB",
            en=f"the file is full: at most {documents_max} documents, {mebibytes} MiB in all",
            field="appraisal",
        )


class StalePolicy(Problem):
    code = "STALE_POLICY"


class PullAnew(Problem):
    code = "PULL_ANEW"


class BadRepresentation(Problem):
    code = "BAD_REPRESENTATION"


def not_signed_in() -> Unauthenticated:
    return Unauthenticated(
        vi="Chưa đăng nhập: cần tiêu đề Authorization: Bearer <token>",
        en="Not signed in: the header Authorization: Bearer <token> is needed",
    )


def nothing(field: str, named: str) -> NotFound:
    """Nothing has the code or id `named` that the argument `field` gives."""
    return NotFound(
        vi=f"{field}: không có {named!r}", en=f"{field}: there is no {named!r}", field=field
    )


def refuse_bad_year(year: int) -> None:
    """Raises BadInput for a year that no calendar date has."""
    if not date.min.year <= year <= date.max.year:
        raise BadInput(
            vi=f"year: {year}; phải từ {date.min.year} đến {date.max.year}",
            en=f"year: {year}; it may be {date.min.year} to {date.max.year}",
            field="year",
        )


def refuse_empty(value: str, field: str) -> None:
    """Raises BadInput where nothing was written."""
    if not value.strip():
        raise BadInput(vi=f"{field}: trống", en=f"{field}: empty", field=field)


def not_of_this_list(field: str) -> BadInput:
    """The cursor that the argument `field` gives is of another list, or was never given."""
    return BadInput(
        vi=f"{field}: không phải con trỏ của danh sách này (cùng đối số, cùng quyền của người hỏi)",
        en=f"{field}: not a cursor of this list (the same arguments, the same rights of the caller)",
        field=field,
    )


def pull_anew(field: str) -> PullAnew:
    """The cursor that the argument `field` gives is of another life of the database."""
    return PullAnew(
        vi=f"{field}: cơ sở dữ liệu đã được khôi phục sau con trỏ này; hãy tải lại toàn bộ",
        en=f"{field}: the database was restored since this cursor was given; pull everything anew",
        field=field,
    )
