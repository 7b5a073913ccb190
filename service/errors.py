"""Expected problems of the service and its commands: one sentence for the operator, exit code 1.

ExpectedProblem
├── SettingsProblem     settings are wrong; all of them at once
├── PortProblem         the port is taken, or not ours to take
├── KeysProblem         the keys that tokens are checked with cannot be had
├── TokenProblem        no such token can be made
├── DemonstrationProblem  there is no demonstration here, or the database is not one for invented people
├── EditionProblem        no edition of the rules holds in the year
├── HeadProblem           what `verify --expect` names is no act
├── SchemaProblem         the database was not migrated to this version
├── PolicyProblem         a policy cannot be read, compared, signed or shown
├── DocumentsProblem      trusted documents cannot be read
├── FactsProblem          facts for `xeploai judge` are wrong; all faults at once
├── StaleDocument       a printed document is not the committed one
└── BrokenPromise       the schema takes away what was released

The database has its own problems (db/errors.py); `main` prints both in the same way.
"""

REAL_PEOPLE = "this database holds real people; a demonstration needs one of its own"


class ExpectedProblem(Exception):  # noqa: N818 - an expected problem, not an error of the program
    pass


class SettingsProblem(ExpectedProblem):
    pass


class PortProblem(ExpectedProblem):
    pass


class KeysProblem(ExpectedProblem):
    pass


class TokenProblem(ExpectedProblem):
    pass


class ExplainProblem(ExpectedProblem):
    """The operation cannot be explained: its file, its variables or the post."""


class DemonstrationProblem(ExpectedProblem):
    pass


class EditionProblem(ExpectedProblem):
    pass


class HeadProblem(ExpectedProblem):
    pass


class SchemaProblem(ExpectedProblem):
    pass


class PolicyProblem(ExpectedProblem):
    pass


class DocumentsProblem(ExpectedProblem):
    pass


class FactsProblem(ExpectedProblem):
    pass


class StaleDocument(ExpectedProblem):
    pass


class BrokenPromise(ExpectedProblem):
    pass
