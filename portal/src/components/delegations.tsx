// Delegations, past ones included: given by the raters of the signed-in person, and received by their posts.
import { useGraph } from "../graph/client";
import { BodyNameDocument, DelegationsDocument, type GivenFragment } from "../graph/generated";
import { actWord, day, t } from "../i18n";
import { bodyPath, YearLink } from "../routing";
import { QueryResult, Empty } from "./query-states";

export function Delegations() {
  const query = useGraph(DelegationsDocument, {});
  return (
    <QueryResult query={query}>
      {({ data: { me } }) => {
        const granted = new Map(me?.raters.flatMap((seat) => seat.rater.delegations.map((delegation) => [delegation.id, delegation] as const)));
        const received = me?.posts.flatMap((post) => post.delegations) ?? [];
        return (
          <>
            <h2>{t("Được nhận", "Received")}</h2>
            <List of={received} none={t("Bạn không được uỷ quyền.", "Nothing was delegated to you.")} />
            <h2>{t("Đã giao", "Given")}</h2>
            <List of={[...granted.values()]} none={t("Cấp của bạn không uỷ quyền cho ai.", "Your raters delegated nothing.")} />
          </>
        );
      }}
    </QueryResult>
  );
}

function List({ of, none }: { of: GivenFragment[]; none: string }) {
  if (of.length === 0) return <Empty>{none}</Empty>;
  return (
    <table className="wide">
      <thead>
        <tr>
          <th scope="col">{t("Giao cho", "Given to")}</th>
          <th scope="col">{t("Việc", "Acts")}</th>
          <th scope="col">{t("Ở đâu", "Where")}</th>
          <th scope="col">{t("Thời hạn", "Term")}</th>
          <th scope="col">{t("Văn bản", "Document")}</th>
        </tr>
      </thead>
      <tbody>
        {of.map((delegation) => (
          <tr key={delegation.id}>
            <th scope="row">
              {delegation.delegate.title}
              <span className="quiet">
                {t("của", "by")} {delegation.rater.name}
              </span>
            </th>
            <td data-label={t("Việc", "Acts")}>{delegation.acts.map(actWord).join("; ")}</td>
            <td data-label={t("Ở đâu", "Where")}>
              {delegation.bodies.length === 0
                ? t("toàn bộ", "everywhere")
                : delegation.bodies.map((code) => (
                    <BodyName key={code} code={code} />
                  ))}
            </td>
            <td data-label={t("Thời hạn", "Term")}>
              {day(delegation.since)} – {day(delegation.until)} <Term of={delegation} />
            </td>
            <td data-label={t("Văn bản", "Document")}>
              {delegation.document.number}, {day(delegation.document.date)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Term({ of }: { of: GivenFragment }) {
  if (of.withdrawnOn) return <b className="late">{t(`đã rút ${day(of.withdrawnOn)}`, `withdrawn ${day(of.withdrawnOn)}`)}</b>;
  if (of.inForce) return <span className="outcome good">{t("đang có hiệu lực", "in force")}</span>;
  return <b className="late">{t("không có hiệu lực", "not in force")}</b>;
}

function BodyName({ code }: { code: string }) {
  const { data } = useGraph(BodyNameDocument, { code });
  return <YearLink href={bodyPath(code)}>{data?.data.body?.name ?? code}</YearLink>;
}
