// The end of a decision sheet: the fields of the concluding document, and the confirmation dialog.
import { useId } from "react";
import { CHOICES, type Draft } from "../draft";
import type { Refused } from "../graph/client";
import type { DecisionInput } from "../graph/generated";
import { day, t } from "../i18n";
import { DateField } from "./date";
import { Dialog } from "./dialog";
import { Level } from "./law";

type FieldsProps = { draft: Draft; edit: (next: Partial<Draft>) => void; fault: Refused | null };

export function DocumentFields({ draft, edit, fault }: FieldsProps) {
  const id = useId();
  const wrong = (field: string) => (fault?.field === field ? { "aria-invalid": true, "aria-describedby": `${id}${field}` } : {});
  return (
    <fieldset className="document">
      <legend>{t("Văn bản kết luận", "Document of the conclusion")}</legend>
      <label>
        {t("Số", "Number")}
        <input
          required
          value={draft.number}
          placeholder="12-KL/BCSĐ"
          autoComplete="off"
          onChange={(event) => edit({ number: event.target.value })}
          {...wrong("document.number")}
        />
      </label>
      <label>
        {t("Ngày", "Date")}
        <DateField value={draft.date} change={(date) => edit({ date })} {...wrong("document.date")} />
      </label>
      {fault?.field && (
        <p id={`${id}${fault.field}`} className="hint bad">
          {fault.message}
        </p>
      )}
    </fieldset>
  );
}

type ConfirmProps = { draft: Draft; chosen: DecisionInput[]; left: number; confirm: () => void; close: () => void };

export function Confirm({ draft, chosen, left, confirm, close }: ConfirmProps) {
  const title = useId();
  const record = (
    <button type="button" className="primary" onClick={confirm}>
      {t("Ghi kết luận", "Record")}
    </button>
  );
  return (
    <Dialog labelledBy={title} close={close} actions={record}>
      <h2 id={title}>{t("Ghi kết luận?", "Record the conclusion?")}</h2>
      <p>
        {t("Văn bản", "Document")} <b>{draft.number}</b>, {day(draft.date)}
      </p>
      <ul className="legend">
        {CHOICES.map((level) => (
          <li key={level}>
            <Level level={level} /> <b>{chosen.filter((decision) => decision.level === level).length}</b>
          </li>
        ))}
      </ul>
      {left > 0 && <p className="state note">{t(`${left} đối tượng chưa quyết định lần này.`, `${left} subjects are left undecided this time.`)}</p>}
      <p>
        {t(
          "Cả danh sách được ghi cùng lúc, hoặc không ghi gì. Đã ghi thì không sửa được, chỉ có bước tiếp theo.",
          "The whole list is recorded at once, or nothing is. What is recorded is not edited; only further acts follow.",
        )}
      </p>
    </Dialog>
  );
}
