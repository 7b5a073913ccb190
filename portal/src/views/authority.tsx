// The authority view: the rater of every act on a subject with its clause; gaps; delegations.
import { useState } from "react";
import { useLocation } from "wouter";
import { useGraph } from "../graph/client";
import { AuthorityDocument, SubjectNameDocument, type AuthorityQuery, type SubjectInput, type Track } from "../graph/generated";
import { actWord, day, sectionWord, t, trackWord, useTitle } from "../i18n";
import { Delegations } from "../components/delegations";
import { Gaps } from "../components/authority-gaps";
import { Clause } from "../components/law";
import { Search } from "../components/search";
import { QueryResult, Empty } from "../components/query-states";
import { authorityPath, bodyPath, personPath, YearLink, useAddressWithYear, usePlace } from "../routing";
import { ToggleGroup } from "./subtree-chart";

type Tab = "subject" | "gaps" | "delegations";
type Row = AuthorityQuery["authority"][number];

export default function Authority({ kind, id }: { kind?: string; id?: string }) {
  const [tab, setTab] = useState<Tab>("subject");
  const [, go] = useLocation();
  const address = useAddressWithYear();
  useTitle(t("Thẩm quyền", "Authority"));
  return (
    <article>
      <h1>{t("Thẩm quyền", "Authority")}</h1>
      <ToggleGroup
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

const SUBJECT_INPUTS: Record<string, (id: string) => SubjectInput> = {
  "don-vi": (body) => ({ body }),
  nguoi: (person) => ({ person }),
  "chuc-vu": (post) => ({ post }),
};
const NO_PERSON = "00000000-0000-0000-0000-000000000000";

function Subject({ kind, id }: { kind: string; id: string }) {
  const { year } = usePlace();
  const [track, setTrack] = useState<Track>("OFFICIAL");
  const [isBody, isPerson] = [kind === "don-vi", kind === "nguoi"];
  const subject = (SUBJECT_INPUTS[kind] ?? SUBJECT_INPUTS["don-vi"])?.(id) ?? { body: id };
  const query = useGraph(AuthorityDocument, { subject, year, track }, { keep: true });
  const subjectName = useGraph(SubjectNameDocument, { body: id, person: isPerson ? id : NO_PERSON, isBody, isPerson }, { enabled: isBody || isPerson });
  const { body, person } = subjectName.data?.data ?? {};
  return (
    <>
      <h2>
        {body && <YearLink href={bodyPath(body.code)}>{body.name}</YearLink>}
        {person && <YearLink href={personPath(person.id)}>{person.name}</YearLink>}
        {!body && !person && id}
      </h2>
      {isPerson && (
        <ToggleGroup
          label={t("Diện", "Rated as")}
          value={track}
          choose={setTrack}
          of={(["OFFICIAL", "PARTY_MEMBER"] as const).map((value) => [value, trackWord(value)])}
        />
      )}
      <QueryResult query={query}>
        {({ data }) => (
          <>
            <Permission may={data.may} />
            <RaterTable rows={data.authority} />
          </>
        )}
      </QueryResult>
    </>
  );
}

function Permission({ may }: { may: AuthorityQuery["may"] }) {
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

function RaterTable({ rows }: { rows: Row[] }) {
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
