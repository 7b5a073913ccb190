// The view of a body: its level and the deciding rater, its leaders, the bodies below it, its years.
import { useGraph } from "../graph/client";
import { BodyYearDocument, type BodyChildrenQuery, type DecidedFragment } from "../graph/generated";
import { day, kindWord, stageWord, t, tierWord } from "../i18n";
import { Clause, Level } from "../components/law";
import { Empty, Loading, Failed } from "../components/query-states";
import { Bar } from "../components/tally";
import { Year, Years } from "../components/years";
import { appraisalPath, authorityPath, bodyPath, personPath, YearLink, type Cycle } from "../routing";
import { ancestors, type BodyData } from "./hierarchy";
import { SubtreeChart } from "./subtree-chart";

export type Child = NonNullable<BodyChildrenQuery["body"]>["children"]["edges"][number]["node"];

type List = { nodes: Child[]; total: number; whole: boolean; error: unknown; refetch: () => unknown; isPending: boolean };
type Props = { body: BodyData; below: List; year: number; waiting: boolean };

export function BodyView({ body, below, year, waiting }: Props) {
  return (
    <article aria-busy={waiting} className={waiting ? "waiting" : undefined}>
      <Breadcrumbs body={body} />
      <h1>{body.name}</h1>
      <p className="quiet">
        {kindWord(body.kind)} · {tierWord(body.tier)}
        {body.leads && (
          <>
            {" · "}
            {t("lãnh đạo", "leads")} <YearLink href={bodyPath(body.leads.code)}>{body.leads.name}</YearLink>
          </>
        )}
      </p>
      <Standing body={body} year={year} />
      <Leaders body={body} />
      <SubtreeChart body={body} items={below.nodes} />
      <Children list={below} />
      <Years heads={heads()} renderRow={(cycle) => <YearOfBody key={cycle.year} code={body.code} cycle={cycle} />} />
    </article>
  );
}

function Breadcrumbs({ body }: { body: BodyData }) {
  const above = ancestors(body);
  if (above.length === 0) return null;
  return (
    <nav className="way" aria-label={t("Thuộc", "Is under")}>
      <ol>
        {above.map((ancestor) => (
          <li key={ancestor.code}>
            <YearLink href={bodyPath(ancestor.code)}>{ancestor.name}</YearLink>
          </li>
        ))}
      </ol>
    </nav>
  );
}

export function DecidedBy({ rating }: { rating: DecidedFragment }) {
  return (
    <>
      <span>
        {rating.rater?.name ?? "—"} <Clause of={rating.rater?.clause} />
      </span>
    </>
  );
}

function Standing({ body, year }: { body: BodyData; year: number }) {
  const { rating, appraisal } = body;
  if (!appraisal && !rating)
    return <p className="standing quiet">{t(`Năm ${year} không xếp loại riêng đơn vị này.`, `Not rated on its own in ${year}.`)}</p>;
  return (
    <section className="standing" aria-label={t(`Kết quả năm ${year}`, `Result of ${year}`)}>
      <Level level={rating?.level} full />
      <dl>
        {rating ? (
          <>
            <div>
              <dt>{t("Cấp quyết định", "Decided by")}</dt>
              <dd>
                <DecidedBy rating={rating} />
              </dd>
            </div>
            <div>
              <dt>{t("Văn bản", "Document")}</dt>
              <dd>
                {rating.document ? `${rating.document.number}, ${day(rating.document.date)}` : day(rating.decidedOn)}
              </dd>
            </div>
          </>
        ) : (
          <div>
            <dt>{t("Đang ở bước", "Stage")}</dt>
            <dd>
              {stageWord(appraisal?.stage ?? "")}
              {appraisal?.due && ` · ${t("hạn", "due")} ${day(appraisal.due)}`}
              {!!appraisal?.overdueDays && <b className="late"> {t(`chậm ${appraisal.overdueDays} ngày`, `${appraisal.overdueDays} days late`)}</b>}
            </dd>
          </div>
        )}
      </dl>
      <p className="actions">
        {appraisal && <YearLink href={appraisalPath(appraisal.id)}>{t("Vì sao", "Why")}</YearLink>}
        <YearLink href={authorityPath({ __typename: "Body", ...body })}>{t("Ai xếp loại", "Who may rate")}</YearLink>
      </p>
    </section>
  );
}

function Leaders({ body }: { body: BodyData }) {
  if (body.leaders.length === 0) return null;
  return (
    <section aria-labelledby="leaders">
      <h2 id="leaders">{t("Lãnh đạo", "Leaders")}</h2>
      <ul className="people">
        {body.leaders.map(({ person, post }) => (
          <li key={`${post?.code}${person.id}`}>
            <span>
              <YearLink href={personPath(person.id)}>{person.name}</YearLink>
              <span className="quiet">{post?.title}</span>
            </span>
            <Level level={person.rating?.level} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Children({ list }: { list: List }) {
  return (
    <section aria-labelledby="below">
      <h2 id="below">
        {t("Trực thuộc", "Directly below")} {list.total > 0 && <span className="quiet">{list.total}</span>}
      </h2>
      {list.error ? <Failed error={list.error} retry={list.refetch} /> : null}
      {list.isPending ? <Loading /> : list.total === 0 && <Empty>{t("Không có đơn vị trực thuộc.", "Nothing is below.")}</Empty>}
      {list.nodes.length > 0 && (
        <table className="wide">
          <thead>
            <tr>
              <th scope="col">{t("Đơn vị", "Body")}</th>
              <th scope="col">{t("Mức", "Level")}</th>
              <th scope="col" className="graph">{t("Tập thể", "Bodies")}</th>
              <th scope="col" className="graph">{t("Cán bộ", "Officials")}</th>
            </tr>
          </thead>
          <tbody>
            {list.nodes.map((child) => (
              <tr key={child.code}>
                <th scope="row">
                  <YearLink href={bodyPath(child.code)}>{child.name}</YearLink>
                </th>
                <td data-label={t("Mức", "Level")}>
                  <Level level={child.rating?.level} />
                </td>
                <td className="graph" data-label={t("Tập thể", "Bodies")}>
                  <Bar counts={child.bodies} />
                </td>
                <td className="graph" data-label={t("Cán bộ", "Officials")}>
                  <Bar counts={child.officials} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {!list.whole && list.nodes.length > 0 && <Loading done={list.nodes.length} of={list.total} />}
    </section>
  );
}

const heads = () => [t("Mức", "Level"), t("Cấp quyết định", "Decided by"), t("Văn bản", "Document")];

function YearOfBody({ code, cycle }: { code: string; cycle: Cycle }) {
  const { data } = useGraph(BodyYearDocument, { code, year: cycle.year });
  const [rating, appraisal] = [data?.data.body?.rating, data?.data.body?.appraisal];
  const cells = [
    data ? <Level level={rating?.level} /> : "…",
    rating && <DecidedBy rating={rating} />,
    rating?.document && `${rating.document.number}, ${day(rating.document.date)}`,
  ];
  return <Year cycle={cycle} appraisal={appraisal} heads={heads()} cells={cells} />;
}
