// Why a level is what it is: four levels beside each other, what is missing, every condition, every act.
import { useGraph } from "../graph/client";
import { WhyDocument, type WhyQuery } from "../graph/generated";
import { aboutWord, actWord, day, levelWord, moment, stageWord, t, trackWord, useTitle } from "../language";
import { Clause, Level } from "../parts/law";
import { Papers } from "../parts/papers";
import { Asked, Empty, Withheld, NotThere } from "../parts/states";
import { Waits } from "../parts/waits";
import { authorityPath, bodyPath, SubjectLink, To } from "../place";

type Appraisal = NonNullable<WhyQuery["appraisal"]>;
type Computed = NonNullable<Appraisal["computed"]>;
type Finding = Computed["findings"][number];

const ORDER = ["EXCELLENT", "GOOD", "COMPLETED", "NOT_COMPLETED"] as const;


export default function Why({ id }: { id: string }) {
  const query = useGraph(WhyDocument, { id });
  useTitle(t("Vì sao", "Why") + (query.data ? `: ${query.data.data.appraisal?.subject.name ?? ""}` : ""));
  return (
    <Asked query={query}>
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
                    <Waits of={appraisal.blockedBy} />
                  </section>
                )}
                {appraisal.computed && <Missing computed={appraisal.computed} />}
                {appraisal.computed && <Conditions computed={appraisal.computed} />}
                {!!appraisal.placesOfReview?.length && <Places of={appraisal.placesOfReview} />}
                {appraisal.history && <History history={appraisal.history} />}
                {appraisal.file && <Papers file={appraisal.file} />}
              </>
            )}
          </article>
        ) : (
          <NotThere>{t("Không có hồ sơ này.", "There is no such appraisal.")}</NotThere>
        )
      }
    </Asked>
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
          <To href={authorityPath(appraisal.subject)}>{t("Ai xếp loại", "Who may rate")}</To>
        </dd>
      </div>
    </dl>
  );
}

/** The level above the computed one, and which of its conditions fail; or what makes it the lowest. */
function Missing({ computed }: { computed: Computed }) {
  const { level, findings } = computed;
  if (!level)
    return (
      <section aria-labelledby="missing">
        <h2 id="missing">{t("Chưa tính được mức", "No level can be computed yet")}</h2>
        <ul className="waits">
          {computed.waitsFor.map((one, n) => (
            <li key={n}>
              {one.subject ? <SubjectLink of={one.subject} /> : one.reason} {t("phải được xếp loại trước", "is to be rated first")} <Clause of={one.clause} />
            </li>
          ))}
        </ul>
      </section>
    );
  if (level === "EXCELLENT")
    return <p className="state note">{t("Đạt mọi điều kiện của mức cao nhất.", "Every condition of the highest level is met.")}</p>;
  const triggers = findings.filter((one) => one.level === "NOT_COMPLETED" && one.outcome === "MET");
  const next = level === "GOOD" ? "EXCELLENT" : level === "COMPLETED" ? "GOOD" : "COMPLETED";
  const failed = level === "NOT_COMPLETED" ? triggers : findings.filter((one) => one.level === next && one.outcome === "FAILED");
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
        const of = computed.findings.filter((one) => one.level === level);
        const met = of.filter((one) => one.outcome === "MET").length;
        const counted = of.filter((one) => one.outcome !== "NOT_APPLICABLE").length;
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

/** Of the lowest level the rows are grounds: one that is met is what nobody wants. */
function outcome(one: Finding): [string, string] {
  if (one.outcome === "NOT_APPLICABLE") return ["none", t("Không áp dụng", "Not applicable")];
  if (one.outcome === "MISSING") return ["none", t("Chưa đủ số liệu", "Missing")];
  const met = one.outcome === "MET";
  if (one.level === "NOT_COMPLETED") return met ? ["bad", t("Có", "Given")] : ["good", t("Không có", "Not given")];
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
        {of.map((one, n) => {
          const [mood, said] = outcome(one);
          return (
            <tr key={n}>
              <th scope="row">
                <Clause of={one.clause} />
                <span className="quiet">{t(one.label, one.labelInEnglish)}</span>
                <AboutWhom of={one.about} />
              </th>
              <td data-label={t("Đo được", "Measured")}>{t(one.measured, one.measuredInEnglish) || "—"}</td>
              <td data-label={t("Yêu cầu", "Required")}>
                {t(one.required, one.requiredInEnglish) || "—"}
                {one.remark && <span className="quiet remark">{t(one.remark, one.remarkInEnglish ?? one.remark)}</span>}
              </td>
              <td data-label={t("Kết quả", "Outcome")}>
                <span className={`outcome ${mood}`}>{said}</span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Whom a condition is about, and which papers: the registry's own by their names, others as the facts name them. */
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

/** Where the review is to be held; several points may name one place. */
function Places({ of: places }: { of: NonNullable<Appraisal["placesOfReview"]> }) {
  const byBody = new Map<string, typeof places>();
  for (const one of places) {
    const key = one.body?.code ?? one.text;
    byBody.set(key, [...(byBody.get(key) ?? []), one]);
  }
  return (
    <section aria-labelledby="places">
      <h2 id="places">{t("Nơi kiểm điểm", "Places of review")}</h2>
      <ul className="plain-list">
        {[...byBody].map(([key, rows]) => {
          const body = rows[0]?.body;
          const chair = rows.find((one) => one.chairedBy)?.chairedBy;
          const reviewed = rows[0]?.reviewedOn;
          return (
            <li key={key}>
              {body ? <To href={bodyPath(body.code)}>{body.name}</To> : <span lang="vi">{key}</span>}{" "}
              {rows.map((one) => (
                <Clause key={one.text} of={one.clause} />
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
