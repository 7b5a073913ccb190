"""How fast levels are computed with all their findings: subjects per second on one core, and memory."""

import random
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from rules.enums import SubjectClass
from rules.facts.facts import Facts
from rules.facts.facts_parser import read_facts
from rules.judgement.judge import judge
from tests.rules.judgement.level_sheets import EDITION, excellent

SUBJECTS = 100_000
DIFFERENT = 500
ATTESTED_MAX = 6
"""Of the nine words at most: so that some are missing."""


def subjects(subject_class: SubjectClass) -> list[Facts]:
    """Subjects that differ in a grade, in their targets, and in what is attested."""
    chance = random.Random(124)  # noqa: S311 -- the same subjects in every run
    documents = []
    for _ in range(DIFFERENT):
        document = excellent(subject_class)
        code = chance.choice(sorted(document["grades"]))
        document["grades"][code] = {"grade": chance.choice(["GOOD", "AVERAGE"]), "product": True}
        done = chance.randint(5, 10)
        document["targets"] = {"assigned": 10, "completed": done, "on_time": done, "exceeded": 3}
        attested = document["attested"]
        document["attested"] = chance.sample(attested, min(len(attested), ATTESTED_MAX))
        documents.append(read_facts(document, EDITION))
    return documents


def main() -> None:
    print(f"{SUBJECTS} subjects of each class, judged with every finding, one core")
    for subject_class in SubjectClass:
        made = subjects(subject_class)
        began = time.perf_counter()
        findings = 0
        for number in range(SUBJECTS):
            findings += len(judge(made[number % DIFFERENT], EDITION).findings)
        seconds = time.perf_counter() - began
        rate = SUBJECTS / seconds
        print(
            f"  {subject_class:<11} {rate:>8.0f} subjects/s {findings // SUBJECTS:>3} findings each"
        )
    print(f"  memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")


if __name__ == "__main__":
    main()
