// The years of a subject, the latest first; each row links to the appraisal of its year.
import type { ReactNode } from "react";
import { day, t } from "../i18n";
import { YearLink, appraisalPath, usePlace, type Cycle } from "../routing";

type YearsProps = { heads: string[]; renderRow: (cycle: Cycle) => ReactNode };

export function Years({ heads, renderRow }: YearsProps) {
  const { cycles } = usePlace();
  return (
    <section aria-labelledby="years">
      <h2 id="years">{t("Các năm", "Years")}</h2>
      <table className="wide">
        <thead>
          <tr>
            {[t("Năm", "Year"), ...heads].map((head) => (
              <th key={head} scope="col">{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>{cycles.toReversed().map(renderRow)}</tbody>
      </table>
    </section>
  );
}

type YearProps = { cycle: Cycle; appraisal: { id: string } | null | undefined; heads: string[]; cells: ReactNode[] };

/** `cells` stand below `heads`, one for each. */
export function Year({ cycle: { year, closedOn }, appraisal, heads, cells }: YearProps) {
  return (
    <tr>
      <th scope="row">
        {appraisal ? <YearLink href={appraisalPath(appraisal.id)}>{year}</YearLink> : year}
        {closedOn && <span className="quiet">{t(`khép ${day(closedOn)}`, `closed ${day(closedOn)}`)}</span>}
      </th>
      {heads.map((head, n) => (
        <td key={head} data-label={head}>
          {cells[n] ?? "—"}
        </td>
      ))}
    </tr>
  );
}
