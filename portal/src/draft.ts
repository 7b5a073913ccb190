// The unsent entries of a decision sheet, in the storage of the tab: they survive a reload and a new sign-in.
import { useState } from "react";
import type { DecisionInput, Level } from "./graph/generated";
import { isRecord, readJson, writeText } from "./storage";

export type Draft = {
  levels: Record<string, Level>;
  reasons: Record<string, string>;
  number: string;
  date: string;
  /** The last payload sent, and its idempotency key: an equal payload is sent under the same key. */
  sent: { payload: string; key: string } | null;
};

export const CHOICES: Level[] = ["EXCELLENT", "GOOD", "COMPLETED", "NOT_COMPLETED"];

const isSent = (value: unknown) => value === null || (isRecord(value) && typeof value.payload === "string" && typeof value.key === "string");

export function isDraft(value: unknown): value is Draft {
  return (
    isRecord(value) &&
    isRecord(value.levels) &&
    Object.values(value.levels).every((level) => CHOICES.some((choice) => choice === level)) &&
    isRecord(value.reasons) &&
    Object.values(value.reasons).every((reason) => typeof reason === "string") &&
    typeof value.number === "string" &&
    typeof value.date === "string" &&
    isSent(value.sent)
  );
}

export function useDraft(name: string, today: string) {
  const [draft, setDraft] = useState<Draft>(
    () => readJson(name, isDraft) ?? { levels: {}, reasons: {}, number: "", date: today, sent: null },
  );
  const change = (next: Partial<Draft>) =>
    setDraft((previous) => {
      const changed = { ...previous, ...next };
      writeText(name, JSON.stringify(changed));
      return changed;
    });
  return { draft, change, forget: () => writeText(name, null) };
}

const RANK: Record<Level, number> = { NOT_COMPLETED: 0, COMPLETED: 1, GOOD: 2, EXCELLENT: 3 };
type Computed = Level | "UNDETERMINED" | null | undefined;
const isLevel = (computed: Computed): computed is Level => !!computed && computed !== "UNDETERMINED";

/** A hint during the choice; the service decides whether a reason is required. */
export const needsReason = (chosen: Level | undefined, computed: Computed) =>
  !!chosen && (!isLevel(computed) || RANK[chosen] < RANK[computed]);

export const isAbove = (chosen: Level | undefined, computed: Computed) =>
  !!chosen && isLevel(computed) && RANK[chosen] > RANK[computed];

type Row = { id: string; version: number };

export const decisions = (draft: Draft, rows: Row[]): DecisionInput[] =>
  rows.flatMap(({ id, version }) => {
    const level = draft.levels[id];
    const reason = draft.reasons[id]?.trim() || null;
    return level ? [{ appraisal: id, expectedVersion: version, level, reason }] : [];
  });
