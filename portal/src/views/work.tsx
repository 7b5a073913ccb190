// The worklist of the signed-in rater: each step, its due date, and its prerequisites.
import { useMemo, useState } from "react";
import { useWholeList } from "../graph/client";
import { WorklistDocument, type WorklistQuery } from "../graph/generated";
import { actWord, day, plain, seatWord, stageWord, t, trackWord, useTitle } from "../i18n";
import { Clause, Level } from "../components/law";
import { Empty, Failed, Loading } from "../components/query-states";
import { Prerequisites } from "../components/prerequisites";
import { YearLink, appraisalPath, appraisalSheetPath, groupSheetPath, usePlace } from "../routing";

export type Item = NonNullable<WorklistQuery["me"]>["worklist"]["edges"][number]["node"];
type State = "all" | "ready" | "blocked" | "late";

/** The whole worklist; the sheet of a group shows a part of it. */
export const useWorklist = (year: number) => useWholeList(WorklistDocument, { year }, (data) => data.me?.worklist);

export default function Work() {
  useTitle(t("Việc của tôi", "My work"));
  const { year } = usePlace();
  const list = useWorklist(year);
  const [state, setState] = useState<State>("all");
  const [text, setText] = useState("");
  const groups = useMemo(() => groupItems(list.nodes.filter((item) => matchesFilters(item, state, text))), [list.nodes, state, text]);
  return (
    <article>
      <h1>{t("Việc của tôi", "My work")}</h1>
      <Seats />
      {list.error && <Failed error={list.error} retry={list.refetch} />}
      {list.isPending ? (
        <Loading />
      ) : list.total === 0 ? (
        <Empty>{t(`Năm ${year}: không có việc nào đang chờ bạn.`, `${year}: nothing waits for you.`)}</Empty>
      ) : (
        <>
          <Filters items={list.nodes} state={state} setState={setState} text={text} setText={setText} />
          {!list.whole && <Loading done={list.nodes.length} of={list.total} />}
          {groups.map(([code, items]) => (
            <Group key={code} items={items} />
          ))}
          {groups.length === 0 && <Empty>{t("Không có việc nào khớp bộ lọc.", "Nothing matchesFilters the filters.")}</Empty>}
        </>
      )}
    </article>
  );
}

const isBlocked = (item: Item) => item.blockedBy.length > 0;
const isLate = (item: Item) => (item.overdueDays ?? 0) > 0;

function matchesFilters(item: Item, state: State, text: string): boolean {
  if (state === "ready" && isBlocked(item)) return false;
  if (state === "blocked" && !isBlocked(item)) return false;
  if (state === "late" && !isLate(item)) return false;
  return plain(item.appraisal.subject.name).includes(plain(text.trim()));
}

/** Groups the items by peer group, which is decided at once; items without a group come last. */
function groupItems(items: Item[]): [string, Item[]][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const code = item.appraisal.peerGroup?.code ?? "";
    groups.set(code, [...(groups.get(code) ?? []), item]);
  }
  return [...groups].toSorted(([a, x], [b, y]) => Number(a === "") - Number(b === "") || y.length - x.length);
}

function Seats() {
  const { me } = usePlace();
  if (!me || me.raters.length === 0)
    return <Empty>{t("Bạn không ở cấp có thẩm quyền xếp loại nào.", "You sit on no rater.")}</Empty>;
  return (
    <ul className="seats">
      {me.raters.map((seat) => (
        <li key={`${seat.code}${seat.role}${seat.rater.id}`}>
          <b>{seat.name}</b>
          <span className="quiet">
            {seatWord(seat.role)} <Clause of={seat.clause} /> {seat.until && `${t("đến hết", "until")} ${day(seat.until)}`}
          </span>
        </li>
      ))}
    </ul>
  );
}

type FilterProps = { items: Item[]; state: State; setState: (state: State) => void; text: string; setText: (text: string) => void };

function Filters({ items, state, setState, text, setText }: FilterProps) {
  const choices: [State, string, number][] = [
    ["all", t("Tất cả", "All"), items.length],
    ["ready", t("Làm được ngay", "Ready"), items.filter((item) => !isBlocked(item)).length],
    ["blocked", t("Đang chờ", "Waiting"), items.filter(isBlocked).length],
    ["late", t("Quá hạn", "Late"), items.filter(isLate).length],
  ];
  return (
    <div className="line filters">
      <div className="choice" role="group" aria-label={t("Lọc", "Filter")}>
        {choices.map(([value, name, count]) => (
          <button key={value} type="button" aria-pressed={state === value} onClick={() => setState(value)}>
            {name} <span className="count">{count}</span>
          </button>
        ))}
      </div>
      <input type="search" aria-label={t("Lọc theo tên", "Filter by name")} placeholder={t("Lọc theo tên", "Filter by name")} value={text} onChange={(event) => setText(event.target.value)} />
    </div>
  );
}

function Group({ items }: { items: Item[] }) {
  const group = items[0]?.appraisal.peerGroup;
  const ready = items.filter((item) => !isBlocked(item) && item.act === "RATE").length;
  const due = items.flatMap((item) => item.due ?? []).toSorted()[0];
  const id = `group-${group?.code ?? "none"}`;
  return (
    <section className="group" aria-labelledby={id}>
      <div className="line">
        <h2 id={id}>{group?.name ?? t("Không tính chung tỷ lệ", "No shared quota")}</h2>
        <span className="quiet">
          {t(`${items.length} việc`, `${items.length} items`)}
          {due && ` · ${t("hạn sớm nhất", "first due")} ${day(due)}`}
        </span>
        {group && ready > 0 && (
          <YearLink className="button primary" href={groupSheetPath(group.code)}>
            {t(`Quyết định ${ready}`, `Decide ${ready}`)}
          </YearLink>
        )}
      </div>
      <table className="wide work">
        <thead>
          <tr>
            <th scope="col">{t("Đối tượng", "Subject")}</th>
            <th scope="col">{t("Việc", "To do")}</th>
            <th scope="col">{t("Hạn", "Due")}</th>
            <th scope="col">{t("Đề xuất", "Proposed")}</th>
            <th scope="col">{t("Theo điều kiện", "By conditions")}</th>
            <th scope="col">{t("Đang chờ", "Waits for")}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <ItemRow key={item.appraisal.id} item={item} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ItemRow({ item }: { item: Item }) {
  const { appraisal } = item;
  const alone = !appraisal.peerGroup && item.act === "RATE" && !isBlocked(item);
  return (
    <tr>
      <th scope="row">
        <YearLink href={appraisalPath(appraisal.id)}>{appraisal.subject.name}</YearLink>
        <span className="quiet">{appraisal.post?.title ?? (appraisal.track === "BODY" ? "" : trackWord(appraisal.track))}</span>
      </th>
      <td data-label={t("Việc", "To do")}>
        {alone ? <YearLink href={appraisalSheetPath(appraisal.id)}>{t("Quyết định", "Decide")}</YearLink> : item.act === "RATE" ? t("Quyết định", "Decide") : actWord(item.act)}
        {!(item.act === "RATE" && appraisal.stage === "PROPOSED") && <span className="quiet">{stageWord(appraisal.stage)}</span>}
      </td>
      <td data-label={t("Hạn", "Due")}>
        {day(item.due)}
        {isLate(item) && <b className="late">{t(`chậm ${item.overdueDays} ngày`, `${item.overdueDays} days late`)}</b>}
      </td>
      <td data-label={t("Đề xuất", "Proposed")}>
        <Level level={appraisal.proposedLevel} />
      </td>
      <td data-label={t("Theo điều kiện", "By conditions")}>
        {appraisal.computed?.level ? <Level level={appraisal.computed.level} /> : <span className="quiet">{t("chưa tính được", "not yet")}</span>}
      </td>
      <td data-label={t("Đang chờ", "Waits for")}>
        {isBlocked(item) ? <Prerequisites of={item.blockedBy} besides={appraisal.subject.name} /> : <span className="quiet">{t("làm được ngay", "ready")}</span>}
      </td>
    </tr>
  );
}
