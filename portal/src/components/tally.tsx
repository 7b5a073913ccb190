// Counts by level: their order, their bar, their legend.
import { levelShort, number, t } from "../i18n";

export type Counts = {
  excellent: number;
  good: number;
  completed: number;
  notCompleted: number;
  notRated: number;
  total: number;
};
export const LEVELS = [
  ["EXCELLENT", "excellent"],
  ["GOOD", "good"],
  ["COMPLETED", "completed"],
  ["NOT_COMPLETED", "notCompleted"],
  ["NOT_RATED", "notRated"],
] as const;

export const countsLabel = (counts: Counts) =>
  LEVELS.filter(([, field]) => counts[field] > 0)
    .map(([level, field]) => `${levelShort(level)} ${counts[field]}`)
    .join(", ") || t("không có ai", "nobody");

type Segment = { level: (typeof LEVELS)[number][0]; from: number; width: number };

/** The parts of a bar from left to right, in hundredths of its width; a level without a count has no part. */
export function segments(counts: Counts): Segment[] {
  const parts: Segment[] = [];
  let from = 0;
  for (const [level, field] of LEVELS) {
    const width = (100 * counts[field]) / counts.total;
    if (width > 0) parts.push({ level, from, width });
    from += width;
  }
  return parts;
}

/** A bar of the shares, 100 units wide; its accessible name lists the counts. */
export function Bar({ counts }: { counts: Counts | null }) {
  if (!counts || counts.total === 0) return <span className="quiet">—</span>;
  return (
    <svg className="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label={countsLabel(counts)}>
      <title>{countsLabel(counts)}</title>
      {segments(counts).map(({ level, from, width }) => (
        <rect key={level} className={`fill ${level}`} x={from} width={width} height="8" />
      ))}
    </svg>
  );
}

export function Legend({ counts }: { counts: Counts }) {
  return (
    <ul className="legend">
      {LEVELS.map(([level, field]) => (
        <li key={level}>
          <span className={`swatch ${level}`} aria-hidden="true" />
          {levelShort(level)} <b>{number(counts[field])}</b>
        </li>
      ))}
      <li className="quiet">
        {t("Tổng", "Total")} <b>{number(counts.total)}</b>
      </li>
    </ul>
  );
}
