"""The limits of one operation, and the refusals of an operation beyond them, each with its code and numbers."""

from dataclasses import dataclass

from resolvers.errors import Problem

FIELD_ERRORS_MAX = 100
"""Failed fields of one operation. No person reads more, and a client without the right learns it from the first."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The maximum of each measure of one operation. The service takes them from its settings."""

    characters: int = 100_000
    tokens: int = 4_000
    depth: int = 20
    fields: int = 2_000
    repeats: int = 10_000
    aliases: int = 100
    directives: int = 50
    root_fields: int = 50
    page: int = 500
    representations: int = 1_000
    cost: int = 50_000
    errors: int = FIELD_ERRORS_MAX
    seconds: float = 30.0
    introspection: bool = True


class RefusedOperation(Problem):
    """An operation refused before it runs. Clients of application/graphql-response+json get `status`."""

    code = "REFUSED"
    status = 400


class Exceeded(RefusedOperation):
    """A measure of the operation is `was`, and may be `maximum` at most."""

    vi_of, en_of = "{was}; tối đa {maximum}", "{was}; {maximum} at most"

    def __init__(self, was: int, maximum: float, field: str | None = None) -> None:
        numbers = {"was": was, "maximum": maximum, "field": field}
        super().__init__(
            vi=self.vi_of.format(**numbers), en=self.en_of.format(**numbers), field=field
        )
        self.was, self.maximum = was, maximum

    @property
    def extensions(self) -> dict[str, object]:
        return {**super().extensions, "was": self.was, "max": self.maximum}


class TooManyTokens(Exceeded):
    code = "TOO_MANY_TOKENS"
    vi_of = "Văn bản truy vấn quá dài: {was}; tối đa {maximum}"
    en_of = "The document is too long: {was}; it may have {maximum} at most"


class TooDeep(Exceeded):
    code = "TOO_DEEP"
    vi_of = "Truy vấn quá sâu: {was} tầng; tối đa {maximum}"
    en_of = "The document is too deep: {was} levels; it may have {maximum} at most"


class TooManyFields(Exceeded):
    code = "TOO_MANY_FIELDS"
    vi_of = "Quá nhiều trường (kể cả trong fragment): {was}; tối đa {maximum}"
    en_of = "Too many fields (those of fragments counted where they are spread): {was}; {maximum} at most"


class TooManyRepeats(Exceeded):
    code = "TOO_MANY_REPEATS"
    vi_of = "Cùng một trường lặp lại quá nhiều: {was} cặp; tối đa {maximum}"
    en_of = "The same fields again and again: {was} pairs to compare; {maximum} at most"


class TooManyAliases(Exceeded):
    code = "TOO_MANY_ALIASES"
    vi_of = "Quá nhiều bí danh (alias): {was}; tối đa {maximum}"
    en_of = "Too many aliases: {was}; {maximum} at most"


class TooManyDirectives(Exceeded):
    code = "TOO_MANY_DIRECTIVES"
    vi_of = "Quá nhiều chỉ thị (directive): {was}; tối đa {maximum}"
    en_of = "Too many directives: {was}; {maximum} at most"


class TooManyRootFields(Exceeded):
    code = "TOO_MANY_ROOT_FIELDS"
    vi_of = "Quá nhiều trường ở gốc: {was}; tối đa {maximum}"
    en_of = "Too many fields at the root: {was}; {maximum} at most"


class PageTooLarge(Exceeded):
    code = "PAGE_TOO_LARGE"
    vi_of = "{field}: {was}; phải từ 1 đến {maximum}"
    en_of = "{field}: {was}; it may be 1 to {maximum}"


class TooManyRepresentations(Exceeded):
    code = "TOO_MANY_REPRESENTATIONS"
    vi_of = "representations: {was}; tối đa {maximum} trong một yêu cầu"
    en_of = "representations: {was}; {maximum} at most in one request"


class TooCostly(Exceeded):
    code = "TOO_COSTLY"
    vi_of = "Truy vấn quá tốn kém: {was}; tối đa {maximum}"
    en_of = "The operation costs too much: {was}; {maximum} at most"


class TooManyErrors(Exceeded):
    code = "TOO_MANY_ERRORS"
    vi_of = "Quá nhiều lỗi: hơn {maximum} trường bị từ chối; hãy bỏ những trường không được đọc"
    en_of = (
        "Too many errors: more than {maximum} fields were refused; leave out what may not be read"
    )


class TimedOut(Exceeded):
    code = "TIMED_OUT"
    status = 504
    vi_of = "Quá thời hạn {maximum} giây; không có gì được ghi"
    en_of = "It took more than {maximum} seconds; nothing was written"


class IntrospectionOff(RefusedOperation):
    code = "INTROSPECTION_OFF"
    status = 403

    def __init__(self) -> None:
        super().__init__(
            vi="Ở đây không tra được lược đồ qua truy vấn; xem /schema.graphql",
            en="The schema cannot be asked for by a query here; read /schema.graphql",
        )


class NotLinked(RefusedOperation):
    code = "NOT_LINKED"
    status = 403

    def __init__(self) -> None:
        super().__init__(
            vi="Tài khoản này chưa được gắn với người nào trong sổ xếp loại",
            en="This account is not linked to a person of the registry",
        )


class NullCharacter(RefusedOperation):
    code = "NULL_CHARACTER"

    def __init__(self) -> None:
        super().__init__(
            vi="Văn bản không được chứa ký tự U+0000", en="No text may hold the character U+0000"
        )
