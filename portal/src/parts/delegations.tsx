// Delegations: given by the raters on which one sits, received by the posts one holds; past ones too.
import { useGraph } from "../graph/client";
import { BodyNameDocument, DelegationsDocument, type GivenFragment } from "../graph/generated";
import { actWord, day, t } from "../language";
import { bodyPath, To } from "../place";
import { Asked, Empty } from "./states";

export function Delegations() {
  const query = useGraph(DelegationsDocument, {});
  return (
    <Asked query={query}>
      {({ data: { me } }) => {
        const given = new Map(me?.raters.flatMap((seat) => seat.rater.delegations.map((each) => [each.id, each] as const)));
        const received = me?.posts.flatMap((post) => post.delegations) ?? [];
        return (
          <>
            <h2>{t("Được nhận", "Received")}</h2>
            <List of={received} none={t("Bạn không được uỷ quyền.", "Nothing was delegated to you.")} />
            <h2>{t("Đã giao", "Given")}</h2>
            <List of={[...given.values()]} none={t("Cấp của bạn không uỷ quyền cho ai.", "Your raters delegated nothing.")} />
          </>
        );
      }}
    </Asked>
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
        {of.map((each) => (
          <tr key={each.id}>
            <th scope="row">
              {each.delegate.title}
              <span className="quiet">
                {t("của", "by")} {each.rater.name}
              </span>
            </th>
            <td data-label={t("Việc", "Acts")}>{each.acts.map(actWord).join("; ")}</td>
            <td data-label={t("Ở đâu", "Where")}>
              {each.bodies.length === 0
                ? t("toàn bộ", "everywhere")
                : each.bodies.map((code) => (
                    <BodyName key={code} code={code} />
                  ))}
            </td>
            <td data-label={t("Thời hạn", "Term")}>
              {day(each.since)} – {day(each.until)} <Term of={each} />
            </td>
            <td data-label={t("Văn bản", "Document")}>
              {each.document.number}, {day(each.document.date)}
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
  return <To href={bodyPath(code)}>{data?.data.body?.name ?? code}</To>;
}
