// The quota gauge of a peer group: the service counts again after every change of a level.
import { useGraph } from "../graph/client";
import { QuotaWhatIfDocument, type DecisionInput, type StandingFragment } from "../graph/generated";
import { t } from "../i18n";
import { useDebounced } from "../debounced";
import type { Refusal } from "../views/sheet";
import { Clause, Level } from "./law";
import { QueryResult } from "./query-states";

type Props = { year: number; group: string; decisions: DecisionInput[]; refusal: Extract<Refusal, { __typename: "QuotaExceeded" }> | null };

export function Gauge({ year, group, decisions, refusal }: Props) {
  const proposals = useDebounced(decisions.map(({ appraisal, level }) => ({ appraisal, level })));
  const query = useGraph(QuotaWhatIfDocument, { year, group, proposals }, { keep: true });
  return (
    <section className="gauge" aria-label={t("Tỷ lệ xuất sắc", "Quota of excellent")}>
      <QueryResult query={query} what={t("Đang tính tỷ lệ…", "Counting the quota…")}>
        {({ data }) => <Standing quota={data.quotaCheck} refused={refusal !== null} />}
      </QueryResult>
    </section>
  );
}

export function Standing({ quota, refused = false }: { quota: StandingFragment; refused?: boolean }) {
  const { excellent, limit, base, holds, headroom, otherReading: other } = quota;
  const most = Math.max(excellent, limit, 1);
  return (
    <>
      <div className={holds ? "dial holds" : "dial exceeds"}>
        <p role="status">
          <b>{t(`Xuất sắc ${excellent}/${limit}`, `Excellent ${excellent}/${limit}`)}</b>{" "}
          {holds
            ? headroom > 0
              ? t(`còn được ${headroom}`, `${headroom} more may be`)
              : t("vừa đủ tỷ lệ", "exactly at the limit")
            : t(`vượt ${-headroom}`, `${-headroom} too many`)}
        </p>
        <svg viewBox={`0 0 ${most * 10} 6`} preserveAspectRatio="none" aria-hidden="true">
          <rect className="ground" width={most * 10} height="6" />
          <rect className="within" width={Math.min(excellent, limit) * 10} height="6" />
          <rect className="over" x={limit * 10} width={Math.max(excellent - limit, 0) * 10} height="6" />
        </svg>
        <p className="quiet">
          {t(`Tối đa ${limit} trên ${base} được tính`, `At most ${limit} of ${base} counted`)} <Clause of={quota.clause} />{" "}
          {other.holds !== holds &&
            t(`Cách đếm khác: ${excellent}/${other.limit} trên ${other.base}.`, `Counted otherwise: ${excellent}/${other.limit} of ${other.base}.`)}
        </p>
        {refused && (
          <p className="hint bad" role="alert">
            {t("Hệ thống đã từ chối kết luận vì vượt tỷ lệ.", "The conclusion was refused as it exceeds the quota.")}
          </p>
        )}
      </div>
      <ul className="legend">
        {(
          [
            ["EXCELLENT", excellent],
            ["GOOD", quota.good],
            ["COMPLETED", quota.completed],
            ["NOT_COMPLETED", quota.notCompleted],
            ["NOT_RATED", quota.notRated],
          ] as const
        ).map(([level, count]) => (
          <li key={level}>
            <Level level={level === "NOT_RATED" ? null : level} /> <b>{count}</b>
          </li>
        ))}
      </ul>
    </>
  );
}
