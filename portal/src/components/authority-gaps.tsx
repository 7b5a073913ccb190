// Gaps of authority: the subjects of a year for which no clause grants the power to rate.
import { useState } from "react";
import { useWholeList } from "../graph/client";
import { GapsDocument } from "../graph/generated";
import { plain, reasonWord, t, trackWord } from "../i18n";
import { authorityPath, SubjectLink, YearLink, usePlace } from "../routing";
import { Clause } from "./law";
import { Empty, Failed, Loading } from "./query-states";

export function Gaps() {
  const { year } = usePlace();
  const [text, setText] = useState("");
  const list = useWholeList(GapsDocument, { year }, (data) => data.authorityGaps);
  if (list.error) return <Failed error={list.error} retry={list.refetch} />;
  if (list.isPending) return <Loading />;
  if (list.total === 0) return <Empty>{t("Ai cũng có cấp có thẩm quyền xếp loại.", "Everybody has somebody to rate them.")}</Empty>;
  return (
    <>
      <p>{t(`${list.total} đối tượng năm ${year} mà văn bản không trao thẩm quyền xếp loại cho ai.`, `${list.total} subjects of ${year} that the text gives nobody the power to rate.`)}</p>
      {!list.whole && <Loading done={list.nodes.length} of={list.total} />}
      <p>
        <input type="search" aria-label={t("Lọc theo tên", "Filter by name")} placeholder={t("Lọc theo tên", "Filter by name")} value={text} onChange={(event) => setText(event.target.value)} />
      </p>
      <table className="wide">
        <thead>
          <tr>
            <th scope="col">{t("Đối tượng", "Subject")}</th>
            <th scope="col">{t("Chức vụ", "Posts")}</th>
            <th scope="col">{t("Vì sao", "Why")}</th>
          </tr>
        </thead>
        <tbody>
          {list.nodes.filter((gap) => plain(gap.subject.name).includes(plain(text.trim()))).map(({ appraisal, subject, posts, why, clause }) => (
            <tr key={appraisal.id}>
              <th scope="row">
                <SubjectLink of={subject} />
                {appraisal.track !== "BODY" && <span className="quiet">{trackWord(appraisal.track)}</span>}
              </th>
              <td data-label={t("Chức vụ", "Posts")}>{posts.map((post) => post.title).join("; ") || "—"}</td>
              <td data-label={t("Vì sao", "Why")}>
                {reasonWord(why)} <Clause of={clause} />{" "}
                <YearLink href={authorityPath(subject)}>{t("chi tiết", "details")}</YearLink>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
