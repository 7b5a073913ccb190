// The rows of a decision sheet: proposed and computed levels, the choice, and its refusal.
import { CHOICES, isAbove, needsReason, type Draft } from "../draft";
import { levelShort, levelWord, t } from "../i18n";
import { YearLink, appraisalPath } from "../routing";
import type { Refusal } from "../views/sheet";
import type { Item } from "../views/work";
import { Level } from "./law";
import { Prerequisites } from "./prerequisites";

type Props = { items: Item[]; draft: Draft; edit: (next: Partial<Draft>) => void; refusal: Refusal | null };

export function SheetRows({ items, draft, edit, refusal }: Props) {
  const refused = new Set(refusal && "appraisals" in refusal ? refusal.appraisals.map((appraisal) => appraisal.id) : []);
  return (
    <table className="wide decide">
      <thead>
        <tr>
          <th scope="col">{t("Đối tượng", "Subject")}</th>
          <th scope="col">{t("Tự xếp loại", "Self")}</th>
          <th scope="col">{t("Đề xuất", "Proposed")}</th>
          <th scope="col">{t("Theo điều kiện", "By conditions")}</th>
          <th scope="col">{t("Quyết định", "Decision")}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <Row key={item.appraisal.id} item={item} draft={draft} edit={edit} refusal={refused.has(item.appraisal.id) ? refusal : null} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ item, draft, edit, refusal }: Omit<Props, "items"> & { item: Item }) {
  const { id, subject, post, selfLevel, proposedLevel, computed } = item.appraisal;
  const blocked = item.blockedBy.length > 0;
  return (
    <tr id={`row-${id}`} className={refusal ? "refused" : undefined}>
      <th scope="row">
        <YearLink href={appraisalPath(id)}>{subject.name}</YearLink>
        {post && <span className="quiet">{post.title}</span>}
      </th>
      <td data-label={t("Tự xếp loại", "Self")}>
        <Level level={selfLevel} />
      </td>
      <td data-label={t("Đề xuất", "Proposed")}>
        <Level level={proposedLevel} />
      </td>
      <td data-label={t("Theo điều kiện", "By conditions")}>
        {computed?.level ? <Level level={computed.level} /> : <span className="quiet">{t("chưa tính được", "not yet")}</span>}
      </td>
      <td className="mine">{blocked ? <Prerequisites of={item.blockedBy} besides={subject.name} /> : <DecisionFields item={item} draft={draft} edit={edit} refusal={refusal} />}</td>
    </tr>
  );
}

function DecisionFields({ item, draft, edit, refusal }: Omit<Props, "items"> & { item: Item }) {
  const { id, subject, computed } = item.appraisal;
  const chosen = draft.levels[id];
  const isReasonNeeded = needsReason(chosen, computed?.level) || refusal?.__typename === "ReasonNeeded";
  const above = isAbove(chosen, computed?.level);
  const isReasonMissing = isReasonNeeded && !draft.reasons[id]?.trim();
  return (
    <>
      <fieldset className="levels">
        <legend className="unseen">{subject.name}</legend>
        {CHOICES.map((level) => (
          <label key={level} className={level} title={levelWord(level)}>
            <input type="radio" name={id} checked={chosen === level} onChange={() => edit({ levels: { ...draft.levels, [id]: level } })} />
            <span>{level === "NOT_COMPLETED" ? t("Không HT", "Not compl.") : levelShort(level)}</span>
          </label>
        ))}
      </fieldset>
      {above && !refusal && <p className="hint bad">{t("Cao hơn mức theo điều kiện: sẽ bị từ chối.", "Above what the conditions give: it will be refused.")}</p>}
      {isReasonNeeded && (
        <label className="reason">
          {t("Lý do bằng văn bản", "Reason in writing")}
          <textarea
            rows={2}
            value={draft.reasons[id] ?? ""}
            aria-invalid={isReasonMissing && refusal?.__typename === "ReasonNeeded"}
            onChange={(event) => edit({ reasons: { ...draft.reasons, [id]: event.target.value } })}
          />
        </label>
      )}
      {refusal && (
        <p className="hint bad" role="alert">
          {refusal.message}
        </p>
      )}
    </>
  );
}
