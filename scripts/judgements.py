"""The pages of judgements in tests/rules/pages, as `judge` explains the levels of some subjects.

python scripts/judgements.py           prints them
python scripts/judgements.py --write   writes each into its file
python scripts/judgements.py --check   ends with 1 where one is not up to date
"""

import sys

from tests.rules.judgement.judgement_pages import FOLDER, pages


def main(option: str) -> str | None:
    for name, page in pages().items():
        path = FOLDER / name
        if option == "--write":
            path.write_text(page, encoding="utf-8")
        elif option == "--check" and page != path.read_text(encoding="utf-8"):
            return f"{name} is not up to date; renew it with `make documents`"
        elif not option:
            sys.stdout.write(f"== {name}\n{page}")
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
