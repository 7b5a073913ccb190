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

/** A bar of the shares, 100 units wide; its accessible name lists the counts. */
export function Bar({ counts }: { counts: Counts | null }) {
  if (!counts || counts.total === 0) return <span className="quiet">—</span>;
  let from = 0;
  return (
    <svg className="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label={countsLabel(counts)}>
      <title>{countsLabel(counts)}</title>
      {LEVELS.map(([level, field]) => {
        const width = (100 * counts[field]) / counts.total;
        const x = from;
        from += width;
        return width > 0 && <rect key={level} className={`fill ${level}`} x={x} width={width} height="8" />;
      })}
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
