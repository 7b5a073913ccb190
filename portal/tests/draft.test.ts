// A decision sheet: hints during the choice, and what is sent.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CHOICES, decisions, isAbove, needsReason, type Draft } from "../src/draft";

/** From the lowest level to the highest. */
const ASCENDING = ["NOT_COMPLETED", "COMPLETED", "GOOD", "EXCELLENT"] as const;

describe("a choice beside the computed level", () => {
  for (const [rank, chosen] of ASCENDING.entries())
    for (const [computedRank, computed] of ASCENDING.entries())
      test(`${chosen} where ${computed} was computed`, () => {
        assert.equal(needsReason(chosen, computed), rank < computedRank);
        assert.equal(isAbove(chosen, computed), rank > computedRank);
      });

  for (const computed of ["UNDETERMINED", null, undefined] as const)
    test(`needs a reason, and is not above, where ${computed} was computed`, () => {
      for (const chosen of ASCENDING) assert.deepEqual([needsReason(chosen, computed), isAbove(chosen, computed)], [true, false]);
    });

  test("that is not made needs nothing", () => {
    for (const computed of [...ASCENDING, null]) assert.deepEqual([needsReason(undefined, computed), isAbove(undefined, computed)], [false, false]);
  });

  test("is of the four levels, the highest first", () => assert.deepEqual(CHOICES, ASCENDING.toReversed()));
});

describe("what is sent", () => {
  const draft: Draft = {
    levels: { a: "GOOD", b: "COMPLETED", gone: "GOOD" },
    reasons: { a: "  ", b: "  late reports ", c: "no level" },
    number: "1-KL",
    date: "2023-12-11",
    sent: null,
  };
  const rows = ["a", "b", "c"].map((id, index) => ({ id, version: index + 1 }));

  test("has a decision for each row with a level, with the version that was shown", () => {
    assert.deepEqual(decisions(draft, rows), [
      { appraisal: "a", expectedVersion: 1, level: "GOOD", reason: null },
      { appraisal: "b", expectedVersion: 2, level: "COMPLETED", reason: "late reports" },
    ]);
  });

  test("is nothing where no level is chosen", () => assert.deepEqual(decisions({ ...draft, levels: {} }, rows), []));
});
