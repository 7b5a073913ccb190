// Who may rate: for a subject the rater of every act by its clause; gaps; delegations given and received.
import { useState } from "react";
import { useLocation } from "wouter";
import { useGraph } from "../graph/client";
import { AuthorityDocument, SubjectNameDocument, type AuthorityQuery, type SubjectInput, type Track } from "../graph/generated";
import { actWord, day, sectionWord, t, trackWord, useTitle } from "../language";
import { Delegations } from "../parts/delegations";
import { Gaps } from "../parts/gaps";
import { Clause } from "../parts/law";
import { Search } from "../parts/search";
import { Asked, Empty } from "../parts/states";
import { authorityPath, bodyPath, personPath, To, useAddress, usePlace } from "../place";
import { Choice } from "./picture";

type Tab = "subject" | "gaps" | "delegations";
type Row = AuthorityQuery["authority"][number];

export default function Authority({ kind, id }: { kind?: string; id?: string }) {
  const [tab, setTab] = useState<Tab>("subject");
  const [, go] = useLocation();
  const address = useAddress();
  useTitle(t("Thẩm quyền", "Authority"));
  return (
    <article>
      <h1>{t("Thẩm quyền", "Authority")}</h1>
      <Choice
        label={t("Xem", "Show")}
        value={tab}
        choose={setTab}
        of={[
          ["subject", t("Ai xếp loại ai", "Who rates whom")],
          ["gaps", t("Khoảng trống", "Gaps")],
          ["delegations", t("Uỷ quyền", "Delegations")],
        ]}
      />
      {tab === "subject" && (
        <>
          <Search
            label={t("Chọn đơn vị, người để xem ai xếp loại", "Choose a body or person to see who rates it")}
            choose={(subject) => go(address(authorityPath(subject)))}
          />
          {kind && id ? (
            <Subject key={id} kind={kind} id={id} />
          ) : (
            <Empty>{t("Tìm một đơn vị hoặc một người.", "Find a body or a person.")}</Empty>
          )}
        </>
      )}
      {tab === "gaps" && <Gaps />}
      {tab === "delegations" && <Delegations />}
    </article>
  );
}

const NAMED: Record<string, (id: string) => SubjectInput> = {
  "don-vi": (body) => ({ body }),
  nguoi: (person) => ({ person }),
  "chuc-vu": (post) => ({ post }),
};
const NOBODY = "00000000-0000-0000-0000-000000000000";

function Subject({ kind, id }: { kind: string; id: string }) {
  const { year } = usePlace();
  const [track, setTrack] = useState<Track>("OFFICIAL");
  const [isBody, isPerson] = [kind === "don-vi", kind === "nguoi"];
  const subject = (NAMED[kind] ?? NAMED["don-vi"])?.(id) ?? { body: id };
  const query = useGraph(AuthorityDocument, { subject, year, track }, { keep: true });
  const named = useGraph(SubjectNameDocument, { body: id, person: isPerson ? id : NOBODY, isBody, isPerson }, { enabled: isBody || isPerson });
  const { body, person } = named.data?.data ?? {};
  return (
    <>
      <h2>
        {body && <To href={bodyPath(body.code)}>{body.name}</To>}
        {person && <To href={personPath(person.id)}>{person.name}</To>}
        {!body && !person && id}
      </h2>
      {isPerson && (
        <Choice
          label={t("Diện", "Rated as")}
          value={track}
          choose={setTrack}
          of={(["OFFICIAL", "PARTY_MEMBER"] as const).map((each) => [each, trackWord(each)])}
        />
      )}
      <Asked query={query}>
        {({ data }) => (
          <>
            <May may={data.may} />
            <Chain rows={data.authority} />
          </>
        )}
      </Asked>
    </>
  );
}

function May({ may }: { may: AuthorityQuery["may"] }) {
  return (
    <div className={may.allowed ? "state good" : "state note"}>
      <strong>
        {may.allowed ? t("Bạn được quyết định xếp loại", "You may decide the level") : t("Bạn không được quyết định xếp loại", "You may not decide the level")}
      </strong>
      <p>
        {may.message} <Clause of={may.clause ?? may.nearest?.clause} />
      </p>
      {may.through && (
        <p className="quiet">
          {may.through.post?.title}
          {may.through.delegation &&
            ` · ${t("theo uỷ quyền", "by delegation")} ${may.through.delegation.document.number}, ${t("đến hết", "until")} ${day(may.through.delegation.until)}`}
        </p>
      )}
      {may.remark && (
        <p>
          {t("Kèm lưu ý", "With the remark")} <Clause of={may.remark} />
        </p>
      )}
    </div>
  );
}

function Chain({ rows }: { rows: Row[] }) {
  return (
    <table className="wide">
      <thead>
        <tr>
          <th scope="col">{t("Việc", "Act")}</th>
          <th scope="col">{t("Ai", "Who")}</th>
          <th scope="col">{t("Điều khoản", "Clause")}</th>
          <th scope="col">{t("Hạn", "Due")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, n) => (
          <tr key={`${row.act}${n}`}>
            <th scope="row">{actWord(row.act)}</th>
            <td data-label={t("Ai", "Who")}>
              <RaterOf row={row} />
            </td>
            <td data-label={t("Điều khoản", "Clause")}>
              <Clause of={row.clause} />
              {row.overruled.map((over, index) => (
                <span key={index} className="quiet overruled">
                  {t("lấn át", "outweighs")} {over.rater.name} <Clause of={over.clause} />
                </span>
              ))}
            </td>
            <td data-label={t("Hạn", "Due")}>{day(row.rater?.due)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function RaterOf({ row: { rater, granted } }: { row: Row }) {
  if (!granted || !rater) return <b className="late">{t("Không ai có thẩm quyền này", "Nobody has this power")}</b>;
  const members = rater.members.map((post) => post.title).join("; ");
  return (
    <>
      <b>{rater.name}</b>
      <span className="quiet">
        {sectionWord(rater.section)}
        {rater.chair && ` · ${t("chủ trì", "chair")}: ${rater.chair.title}`}
        {rater.compiledBy && ` · ${t("tổng hợp", "compiled by")}: ${rater.compiledBy.name}`}
      </span>
      {members && <span className="quiet">{t("cùng xếp loại", "with")}: {members}</span>}
    </>
  );
}
