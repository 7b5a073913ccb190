// The record of a conclusion, for printing and signing: the levels, the quota, the receipt.
import type { ConcludedFragment } from "../graph/generated";
import { day, levelWord, t } from "../i18n";
import { Standing } from "../components/gauge";
import { Level } from "../components/law";
import { isRecord } from "../storage";
import { SubjectLink, YearLink, usePlace } from "../routing";

export type Concluded = Extract<ConcludedFragment, { __typename: "Conclusion" }> & { year: number };

type Appraisals = Concluded["appraisals"];

const isAppraisal = (value: unknown): value is Appraisals[number] =>
  isRecord(value) && typeof value.id === "string" && typeof value.version === "number" && isRecord(value.subject);

/** Whether a stored value has the parts that `Record` reads without a question. */
export function isConcluded(value: unknown): value is Concluded {
  return (
    isRecord(value) &&
    typeof value.year === "number" &&
    Array.isArray(value.appraisals) &&
    value.appraisals.every(isAppraisal) &&
    (value.quota === null || (isRecord(value.quota) && isRecord(value.quota.group) && isRecord(value.quota.otherReading))) &&
    isRecord(value.receipt)
  );
}

export function Record({ of }: { of: Concluded }) {
  const { me } = usePlace();
  const first = of.appraisals[0]?.rating;
  return (
    <article className="record" aria-labelledby="record">
      <p className="state good no-print" role="status">
        {t("Đã ghi kết luận.", "The conclusion is recorded.")} <YearLink href="/viec">{t("Về việc của tôi", "Back to my work")}</YearLink>
      </p>
      <h1 id="record">
        {t(`Kết luận xếp loại chất lượng năm ${of.year}`, `Conclusion on the ratings of ${of.year}`)}
      </h1>
      <p>
        {of.quota?.group.name && <b>{of.quota.group.name}. </b>}
        {t("Văn bản số", "Document no.")} <b>{first?.document?.number}</b>, {t("ngày", "of")} {day(first?.document?.date)}
      </p>
      <p>{first?.rater && `${first.rater.name} (${t("điểm", "point")} ${first.rater.section})`}</p>
      <table className="wide">
        <thead>
          <tr>
            <th scope="col">{t("STT", "No.")}</th>
            <th scope="col">{t("Đối tượng", "Subject")}</th>
            <th scope="col">{t("Mức xếp loại", "Level")}</th>
            <th scope="col">{t("Lý do", "Reason")}</th>
          </tr>
        </thead>
        <tbody>
          {of.appraisals.map((appraisal, index) => (
            <tr key={appraisal.id}>
              <td className="no">{index + 1}</td>
              <th scope="row">
                <SubjectLink of={appraisal.subject} />
              </th>
              <td>
                <span className="only-print">{appraisal.rating && levelWord(appraisal.rating.level)}</span>
                <span className="no-print">
                  <Level level={appraisal.rating?.level} />
                </span>
              </td>
              <td>{appraisal.rating?.reason ?? ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {of.quota && (
        <section>
          <Standing quota={of.quota} />
        </section>
      )}
      <dl className="receipt">
        <div>
          <dt>{t("Biên nhận: bước ghi số", "Receipt: act number")}</dt>
          <dd>{of.receipt.sequence}</dd>
        </div>
        <div>
          <dt>{t("Mã băm", "Hash")}</dt>
          <dd>
            <code>{of.receipt.hash}</code>
          </dd>
        </div>
      </dl>
      <div className="signing only-print">
        <p>{t("Người chủ trì", "Chair")}</p>
        <p>{me?.person.name}</p>
      </div>
      <p className="actions no-print">
        <button type="button" className="primary" onClick={() => window.print()}>
          {t("In biên bản", "Print the record")}
        </button>
      </p>
    </article>
  );
}
