// A sheet as far as it was filled in: kept in the tab, so that neither a reload nor a new sign-in loses it.
import { useState } from "react";
import type { DecisionInput, Level } from "./graph/generated";
import { recall, remember } from "./remembering";

export type Draft = {
  levels: Record<string, Level>;
  reasons: Record<string, string>;
  number: string;
  date: string;
  /** What was sent last and under which key: the same again is the same command. */
  sent: { payload: string; key: string } | null;
};

export function useDraft(name: string, today: string) {
  const [draft, setDraft] = useState<Draft>(
    () => recall<Draft>(name) ?? { levels: {}, reasons: {}, number: "", date: today, sent: null },
  );
  const change = (next: Partial<Draft>) =>
    setDraft((before) => {
      const after = { ...before, ...next };
      remember(name, JSON.stringify(after));
      return after;
    });
  return { draft, change, forget: () => remember(name, null) };
}

export const CHOICES: Level[] = ["EXCELLENT", "GOOD", "COMPLETED", "NOT_COMPLETED"];

const RANK: Record<Level, number> = { NOT_COMPLETED: 0, COMPLETED: 1, GOOD: 2, EXCELLENT: 3 };
type Computed = Level | "UNDETERMINED" | null | undefined;
const isLevel = (computed: Computed): computed is Level => !!computed && computed !== "UNDETERMINED";

/** A hint while one chooses; whether a reason is needed, the service says. */
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
