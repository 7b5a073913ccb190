// The compliance view: every office with subjects to rate, its delay in days, and what it waits for.
import { useState } from "react";
import { useWholeList } from "../graph/client";
import { ComplianceDocument, type ComplianceQuery } from "../graph/generated";
import { day, number, plain, sectionWord, t, useTitle } from "../i18n";
import { Empty, Failed, Loading } from "../components/query-states";
import { usePlace } from "../routing";
import { ToggleGroup } from "./subtree-chart";

type Office = ComplianceQuery["compliance"]["edges"][number]["node"];
type Filter = "all" | "late" | "waiting" | "done";

const isDone = (office: Office) => office.decided === office.toRate;
const FILTERS: Record<Filter, (office: Office) => boolean> = {
  all: () => true,
  late: (office) => office.late > 0,
  waiting: (office) => office.waiting > 0,
  done: isDone,
};

export default function Compliance() {
  const { year } = usePlace();
  useTitle(t(`Tiến độ năm ${year}`, `Compliance, ${year}`));
  const list = useWholeList(ComplianceDocument, { year }, (data) => data.compliance);
  const [filter, setFilter] = useState<Filter>("all");
  const [text, setText] = useState("");
  const shown = list.nodes.filter((office) => FILTERS[filter](office) && plain(office.rater.name).includes(plain(text.trim())));
  return (
    <article>
      <h1>{t(`Tiến độ năm ${year}`, `Compliance, ${year}`)}</h1>
      {list.error && <Failed error={list.error} retry={list.refetch} />}
      {list.isPending ? <Loading /> : list.total === 0 && <Empty>{t("Năm này không có cơ quan nào phải xếp loại.", "No office has anybody to rate.")}</Empty>}
      {list.nodes.length > 0 && (
        <>
          <Sums offices={list.nodes} />
          <div className="line filters">
            <ToggleGroup
              label={t("Lọc", "Filter")}
              value={filter}
              choose={setFilter}
              of={(
                [
                  ["all", t("Tất cả", "All")],
                  ["late", t("Chậm", "Late")],
                  ["waiting", t("Chờ nơi khác", "Waiting")],
                  ["done", t("Đã xong", "Done")],
                ] as [Filter, string][]
              ).map(([value, name]) => [value, `${name} ${list.nodes.filter(FILTERS[value]).length}`])}
            />
            <input type="search" aria-label={t("Lọc theo tên", "Filter by name")} placeholder={t("Lọc theo tên", "Filter by name")} value={text} onChange={(event) => setText(event.target.value)} />
          </div>
          {!list.whole && <Loading done={list.nodes.length} of={list.total} />}
          {shown.length === 0 ? <Empty>{t("Không có cơ quan nào như vậy.", "There is no such office.")}</Empty> : <Offices offices={shown} />}
        </>
      )}
    </article>
  );
}

function Sums({ offices }: { offices: Office[] }) {
  const sum = (count: (office: Office) => number) => offices.reduce((total, office) => total + count(office), 0);
  const facts: [string, number][] = [
    [t("Cơ quan", "Offices"), offices.length],
    [t("Phải xếp loại", "To rate"), sum((office) => office.toRate)],
    [t("Đã quyết định", "Decided"), sum((office) => office.decided)],
    [t("Quá hạn", "Late"), sum((office) => office.late)],
    [t("Cơ quan chậm", "Late offices"), sum((office) => Number(office.late > 0))],
  ];
  return (
    <dl className="sums">
      {facts.map(([name, count]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{number(count)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Offices({ offices }: { offices: Office[] }) {
  return (
    <table className="wide">
      <thead>
        <tr>
          <th scope="col">{t("Cơ quan xếp loại", "Office")}</th>
          <th scope="col">{t("Đã quyết định", "Decided")}</th>
          <th scope="col">{t("Hạn", "Due")}</th>
          <th scope="col">{t("Chậm", "Late")}</th>
          <th scope="col">{t("Chờ ai", "Waits for")}</th>
        </tr>
      </thead>
      <tbody>
        {offices.map((office) => (
          <tr key={office.rater.id}>
            <th scope="row">
              {office.rater.name}
              <span className="quiet">
                {sectionWord(office.rater.section)}
                {office.rater.chair && ` · ${office.rater.chair.title}`}
              </span>
            </th>
            <td data-label={t("Đã quyết định", "Decided")}>
              <label className="share">
                <progress value={office.decided} max={office.toRate} />
                {office.decided}/{office.toRate}
              </label>
            </td>
            <td data-label={t("Hạn", "Due")}>{day(office.due)}</td>
            <td data-label={t("Chậm", "Late")}>
              {office.late > 0 ? (
                <b className="late">{t(`${office.late} người, ${office.daysLate} ngày`, `${office.late}, ${office.daysLate} days`)}</b>
              ) : (
                <span className="quiet">{isDone(office) ? t("xong", "done") : t("trong hạn", "in time")}</span>
              )}
            </td>
            <td data-label={t("Chờ ai", "Waits for")}>
              {office.waiting > 0 ? `${office.waiting}: ${office.waitsFor.map((rater) => rater.name).join("; ")}` : <span className="quiet">—</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
