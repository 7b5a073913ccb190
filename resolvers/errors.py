"""What the service refuses, each with a stable code (docs/errors has a page for each).

Problem
├── BadInput         BAD_INPUT         an argument is not what the field takes
├── NotFound         NOT_FOUND         nothing has this code or id
├── Unauthenticated  UNAUTHENTICATED   nobody is signed in
├── Forbidden        FORBIDDEN         the law gives this to somebody else; carries the clause
└── StalePolicy      STALE_POLICY      another policy has become active meanwhile
"""


class Problem(Exception):  # noqa: N818 - a refusal is an answer, not a failure of the service
    """An expected refusal, said in both languages; `field` names the argument it is about."""

    code = "PROBLEM"

    def __init__(
        self, *, vi: str, en: str, field: str | None = None, clause: str | None = None
    ) -> None:
        super().__init__(en)
        self.vi, self.en, self.field, self.clause = vi, en, field, clause


class BadInput(Problem):
    code = "BAD_INPUT"


class NotFound(Problem):
    code = "NOT_FOUND"


class Unauthenticated(Problem):
    code = "UNAUTHENTICATED"


class Forbidden(Problem):
    code = "FORBIDDEN"


class StalePolicy(Problem):
    code = "STALE_POLICY"
