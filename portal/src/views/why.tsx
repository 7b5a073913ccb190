// Explains a level: the four levels, the missing conditions, every condition, the history.
import { useGraph } from "../graph/client";
import { WhyDocument, type WhyQuery } from "../graph/generated";
import { aboutWord, actWord, day, levelWord, moment, stageWord, t, trackWord, useTitle } from "../i18n";
import { Clause, Level } from "../components/law";
import { DossierDocuments } from "../components/dossier";
import { QueryResult, Empty, Withheld, NotFound } from "../components/query-states";
import { Prerequisites } from "../components/prerequisites";
import { authorityPath, bodyPath, SubjectLink, YearLink } from "../routing";

type Appraisal = NonNullable<WhyQuery["appraisal"]>;
type Computed = NonNullable<Appraisal["computed"]>;
type Finding = Computed["findings"][number];

const ORDER = ["EXCELLENT", "GOOD", "COMPLETED", "NOT_COMPLETED"] as const;

export default function Why({ id }: { id: string }) {
  const query = useGraph(WhyDocument, { id });
  useTitle(t("Vì sao", "Why") + (query.data ? `: ${query.data.data.appraisal?.subject.name ?? ""}` : ""));
  return (
    <QueryResult query={query}>
      {({ data: { appraisal }, faults }) =>
        appraisal ? (
          <article>
            <Head appraisal={appraisal} />
            <Levels appraisal={appraisal} open={faults.length === 0} />
            {faults.length > 0 ? (
              <Withheld faults={faults}>
                <p>{t("Mức xếp loại được công khai; hồ sơ thì không.", "The level is public; the file is not.")}</p>
              </Withheld>
            ) : (
              <>
                {appraisal.blockedBy.length > 0 && (
                  <section aria-labelledby="waits">
                    <h2 id="waits">{t("Đang chờ", "It waits for")}</h2>
                    <Prerequisites of={appraisal.blockedBy} />
                  </section>
                )}
                {appraisal.computed && <Missing computed={appraisal.computed} />}
                {appraisal.computed && <Conditions computed={appraisal.computed} />}
                {!!appraisal.placesOfReview?.length && <Places of={appraisal.placesOfReview} />}
                {appraisal.history && <History history={appraisal.history} />}
                {appraisal.file && <DossierDocuments file={appraisal.file} />}
              </>
            )}
          </article>
        ) : (
          <NotFound>{t("Không có hồ sơ này.", "There is no such appraisal.")}</NotFound>
        )
      }
    </QueryResult>
  );
}

function Head({ appraisal }: { appraisal: Appraisal }) {
  return (
    <>
      <p className="quiet">
        {t("Hồ sơ năm", "Appraisal of")} {appraisal.year} · {trackWord(appraisal.track)}
      </p>
      <h1>
        <SubjectLink of={appraisal.subject} />
      </h1>
      <p className="quiet">
        {[
          appraisal.post?.title,
          stageWord(appraisal.stage),
          appraisal.due && `${t("hạn", "due")} ${day(appraisal.due)}`,
          appraisal.peerGroup && `${t("nhóm", "group")} ${appraisal.peerGroup.name}`,
        ]
          .filter(Boolean)
          .join(" · ")}{" "}
        {!!appraisal.overdueDays && <b className="late">{t(`chậm ${appraisal.overdueDays} ngày`, `${appraisal.overdueDays} days late`)}</b>}
      </p>
      {appraisal.toReview && (
        <p className="state note">
          {t(
            "Cần xem lại: sau quyết định, căn cứ của mức này đã thay đổi, hoặc văn bản được đọc đúng lại.",
            "To be looked at again: what this level rests on changed after the decision, or the law is read correctly now.",
          )}
        </p>
      )}
    </>
  );
}

function Levels({ appraisal, open }: { appraisal: Appraisal; open: boolean }) {
  const { rating, computed } = appraisal;
  return (
    <dl className="four">
      {open && (
        <>
          <div>
            <dt>{t("Tự xếp loại", "Self-rated")}</dt>
            <dd>
              <Level level={appraisal.selfLevel} />
            </dd>
          </div>
          <div>
            <dt>{t("Đề xuất", "Proposed")}</dt>
            <dd>
              <Level level={appraisal.proposedLevel} />
            </dd>
          </div>
          <div>
            <dt>{t("Theo điều kiện", "By the conditions")}</dt>
            <dd>
              {computed && !computed.level ? <span className="level NOT_RATED">{t("Chờ mức khác", "Waits for another")}</span> : <Level level={computed?.level} />}
            </dd>
          </div>
        </>
      )}
      <div className="decided">
        <dt>{t("Quyết định", "Decided")}</dt>
        <dd>
          <Level level={rating?.level} />
          {rating && (
            <span>
              {rating.rater?.name} <Clause of={rating.rater?.clause} />
              {rating.document && (
                <span className="quiet">
                  {rating.document.number}, {day(rating.document.date)}
                </span>
              )}
            </span>
          )}
          <YearLink href={authorityPath(appraisal.subject)}>{t("Ai xếp loại", "Who may rate")}</YearLink>
        </dd>
      </div>
    </dl>
  );
}

/** The failed conditions of the next higher level; for the lowest level, the conditions that cause it. */
function Missing({ computed }: { computed: Computed }) {
  const { level, findings } = computed;
  if (!level)
    return (
      <section aria-labelledby="missing">
        <h2 id="missing">{t("Chưa tính được mức", "No level can be computed yet")}</h2>
        <ul className="waits">
          {computed.waitsFor.map((prerequisite, n) => (
            <li key={n}>
              {prerequisite.subject ? <SubjectLink of={prerequisite.subject} /> : prerequisite.reason} {t("phải được xếp loại trước", "is to be rated first")} <Clause of={prerequisite.clause} />
            </li>
          ))}
        </ul>
      </section>
    );
  if (level === "EXCELLENT")
    return <p className="state note">{t("Đạt mọi điều kiện của mức cao nhất.", "Every condition of the highest level is met.")}</p>;
  const triggers = findings.filter((finding) => finding.level === "NOT_COMPLETED" && finding.outcome === "MET");
  const next = level === "GOOD" ? "EXCELLENT" : level === "COMPLETED" ? "GOOD" : "COMPLETED";
  const failed = level === "NOT_COMPLETED" ? triggers : findings.filter((finding) => finding.level === next && finding.outcome === "FAILED");
  return (
    <section aria-labelledby="missing">
      <h2 id="missing">
        {level === "NOT_COMPLETED"
          ? t("Vì sao không hoàn thành nhiệm vụ", "Why it is non-completion")
          : t(`Còn thiếu để đạt “${levelWord(next)}”`, `Missing for “${levelWord(next)}”`)}
      </h2>
      {level === "UNDETERMINED" && (
        <p className="state note">
          {t(
            "Không mức nào đủ mọi điều kiện, và cũng không có căn cứ để xếp không hoàn thành. Văn bản không định mức nào: cấp có thẩm quyền quyết định, và nêu lý do.",
            "No level has all its conditions, and nothing makes it non-completion. The text determines no level: the competent authority decides, and gives its reason.",
          )}
        </p>
      )}
      <Findings of={failed} />
    </section>
  );
}

function Conditions({ computed }: { computed: Computed }) {
  return (
    <section aria-labelledby="conditions">
      <h2 id="conditions">{t("Mọi điều kiện", "Every condition")}</h2>
      {ORDER.map((level) => {
        const of = computed.findings.filter((finding) => finding.level === level);
        const met = of.filter((finding) => finding.outcome === "MET").length;
        const counted = of.filter((finding) => finding.outcome !== "NOT_APPLICABLE").length;
        return (
          of.length > 0 && (
            <details key={level} className="conditions">
              <summary>
                <Level level={level} full />
                <span className="quiet">
                  {level === "NOT_COMPLETED" ? t(`${met} căn cứ trong ${counted}`, `${met} of ${counted} grounds`) : t(`đạt ${met}/${counted}`, `${met} of ${counted} met`)}
                </span>
              </summary>
              <Findings of={of} />
            </details>
          )
        );
      })}
      <p className="quiet">
        {t("Ấn bản quy định", "Edition")}: {computed.edition}
      </p>
    </section>
  );
}

/** The colour and the text of an outcome. The conditions of the lowest level are grounds: a met one is bad. */
function outcome(finding: Finding): [string, string] {
  if (finding.outcome === "NOT_APPLICABLE") return ["none", t("Không áp dụng", "Not applicable")];
  if (finding.outcome === "MISSING") return ["none", t("Chưa đủ số liệu", "Missing")];
  const met = finding.outcome === "MET";
  if (finding.level === "NOT_COMPLETED") return met ? ["bad", t("Có", "Given")] : ["good", t("Không có", "Not given")];
  return met ? ["good", t("Đạt", "Met")] : ["bad", t("Không đạt", "Failed")];
}

function Findings({ of }: { of: Finding[] }) {
  if (of.length === 0) return <Empty>{t("Không còn thiếu điều kiện nào.", "Nothing is missing.")}</Empty>;
  return (
    <table className="wide findings">
      <thead>
        <tr>
          <th scope="col">{t("Điều khoản", "Clause")}</th>
          <th scope="col">{t("Đo được", "Measured")}</th>
          <th scope="col">{t("Yêu cầu", "Required")}</th>
          <th scope="col">{t("Kết quả", "Outcome")}</th>
        </tr>
      </thead>
      <tbody>
        {of.map((finding, n) => {
          const [colour, text] = outcome(finding);
          return (
            <tr key={n}>
              <th scope="row">
                <Clause of={finding.clause} />
                <span className="quiet">{t(finding.label, finding.labelInEnglish)}</span>
                <AboutWhom of={finding.about} />
              </th>
              <td data-label={t("Đo được", "Measured")}>{t(finding.measured, finding.measuredInEnglish) || "—"}</td>
              <td data-label={t("Yêu cầu", "Required")}>
                {t(finding.required, finding.requiredInEnglish) || "—"}
                {finding.remark && <span className="quiet remark">{t(finding.remark, finding.remarkInEnglish ?? finding.remark)}</span>}
              </td>
              <td data-label={t("Kết quả", "Outcome")}>
                <span className={`outcome ${colour}`}>{text}</span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The subjects and documents of a condition: those of the registry by name, others as the facts name them. */
function AboutWhom({ of }: { of: Finding["about"] }) {
  if (of.length === 0) return null;
  return (
    <ul className="plain-list about">
      {of.map((entry, n) => (
        <li key={n}>
          {aboutWord(entry.kind)}:{" "}
          {entry.subject ? (
            <SubjectLink of={entry.subject} />
          ) : entry.document ? (
            <span lang="vi">
              {entry.document.number}, {day(entry.document.date)}, {entry.document.issuer}
            </span>
          ) : (
            <span lang="vi">{entry.name}</span>
          )}
        </li>
      ))}
    </ul>
  );
}

/** The places of review; several points of the law may name the same place. */
function Places({ of: places }: { of: NonNullable<Appraisal["placesOfReview"]> }) {
  const byBody = new Map<string, typeof places>();
  for (const place of places) {
    const key = place.body?.code ?? place.text;
    byBody.set(key, [...(byBody.get(key) ?? []), place]);
  }
  return (
    <section aria-labelledby="places">
      <h2 id="places">{t("Nơi kiểm điểm", "Places of review")}</h2>
      <ul className="plain-list">
        {[...byBody].map(([key, rows]) => {
          const body = rows[0]?.body;
          const chair = rows.find((place) => place.chairedBy)?.chairedBy;
          const reviewed = rows[0]?.reviewedOn;
          return (
            <li key={key}>
              {body ? <YearLink href={bodyPath(body.code)}>{body.name}</YearLink> : <span lang="vi">{key}</span>}{" "}
              {rows.map((place) => (
                <Clause key={place.text} of={place.clause} />
              ))}{" "}
              <span className="quiet">
                {reviewed ? `${t("kiểm điểm ngày", "reviewed on")} ${day(reviewed)}` : t("chưa kiểm điểm", "not reviewed yet")}
                {chair && ` · ${t("chủ trì", "chaired by")}: ${chair}`}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function History({ history }: { history: NonNullable<Appraisal["history"]> }) {
  return (
    <section aria-labelledby="history">
      <h2 id="history">{t("Quá trình", "History")}</h2>
      {history.length === 0 && <Empty>{t("Chưa có bước nào.", "No act yet.")}</Empty>}
      <ol className="time">
        {history.map((act) => (
          <li key={`${act.at}${act.act}`}>
            <time dateTime={act.at}>{moment(act.at)}</time>
            <div>
              <b>{actWord(act.act)}</b> {act.level && <Level level={act.level} />} <Clause of={act.clause} />
              <span className="quiet">
                {[act.actor.person?.name, act.actor.post?.title].filter(Boolean).join(", ")}
                {act.actor.onBehalfOf && ` · ${t("thay mặt", "for")} ${act.actor.onBehalfOf.name}`}
              </span>
              {act.reason && <q>{act.reason}</q>}
              {act.warning && <span className="late" lang="vi">{act.warning}</span>}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
