// A search field for bodies and persons: a combobox with a list below it (ARIA combobox pattern).
import { useId, useState, type KeyboardEvent } from "react";
import { useSubjectSearch, type SubjectMatch } from "../subject-search";
import { t } from "../i18n";
import type { Subject } from "../routing";

export function Search({ label, choose }: { label: string; choose: (subject: Subject) => void }) {
  const [text, setText] = useState("");
  const [active, setActive] = useState(-1);
  const [open, setOpen] = useState(false);
  const id = useId();
  const { matches, isPending, more } = useSubjectSearch(text);
  const shown = open && text.trim() !== "";
  const take = (match: SubjectMatch | undefined) => {
    if (!match) return;
    setText("");
    setActive(-1);
    setOpen(false);
    choose(match.subject);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setActive(Math.min(active + 1, matches.length - 1));
    else if (event.key === "ArrowUp") setActive(Math.max(active - 1, -1));
    else if (event.key === "Enter") take(isPending ? undefined : matches[Math.max(active, 0)]);
    else if (event.key === "Escape") setOpen(false);
    else return;
    event.preventDefault();
  };
  return (
    <div className="search" onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || setOpen(false)}>
      <input
        type="search"
        role="combobox"
        aria-label={label}
        aria-expanded={shown}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={shown && active >= 0 ? `${id}${active}` : undefined}
        placeholder={t("Tìm đơn vị, người", "Find a body or person")}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(-1);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onKeyDown={onKeyDown}
      />
      <div className="found" hidden={!shown}>
        <ul id={id} role="listbox" aria-label={label} hidden={matches.length === 0}>
          {matches.map((match, index) => (
            // The field has the focus and the keys; `aria-activedescendant` names the option.
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
            <li key={match.id} id={`${id}${index}`} role="option" aria-selected={index === active} onPointerDown={(event) => event.preventDefault()} onClick={() => take(match)}>
              {match.subject.name} <span className="quiet">{match.about}</span>
            </li>
          ))}
        </ul>
        <p className="quiet" role="status">
          {isPending
            ? t("Đang tìm…", "Searching…")
            : matches.length === 0
              ? t("Không tìm thấy tên như vậy", "Nothing has such a name")
              : more > 0 && t(`còn ${more} kết quả khác; gõ thêm để thu hẹp`, `${more} more; type on to narrow it down`)}
        </p>
      </div>
    </div>
  );
}
