// A field that finds bodies and persons while one types: a combobox with a list below it (ARIA pattern).
import { useId, useState, type KeyboardEvent } from "react";
import { useFound, type Found } from "../finding";
import { t } from "../language";
import type { Subject } from "../place";

export function Search({ label, choose }: { label: string; choose: (subject: Subject) => void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(-1);
  const [open, setOpen] = useState(false);
  const id = useId();
  const { found, waits, more } = useFound(text);
  const shown = open && text.trim() !== "";
  const take = (one: Found | undefined) => {
    if (!one) return;
    setText("");
    setAt(-1);
    setOpen(false);
    choose(one.subject);
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setAt(Math.min(at + 1, found.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(at - 1, -1));
    else if (event.key === "Enter") take(waits ? undefined : found[Math.max(at, 0)]);
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
        aria-activedescendant={shown && at >= 0 ? `${id}${at}` : undefined}
        placeholder={t("Tìm đơn vị, người", "Find a body or person")}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(-1);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onKeyDown={pressed}
      />
      <div className="found" hidden={!shown}>
        <ul id={id} role="listbox" aria-label={label} hidden={found.length === 0}>
          {found.map((one, index) => (
            <li key={one.id} id={`${id}${index}`} role="option" aria-selected={index === at} onPointerDown={(event) => event.preventDefault()} onClick={() => take(one)}>
              {one.subject.name} <span className="quiet">{one.about}</span>
            </li>
          ))}
        </ul>
        <p className="quiet" role="status">
          {waits
            ? t("Đang tìm…", "Searching…")
            : found.length === 0
              ? t("Không tìm thấy tên như vậy", "Nothing has such a name")
              : more > 0 && t(`còn ${more} kết quả khác; gõ thêm để thu hẹp`, `${more} more; type on to narrow it down`)}
        </p>
      </div>
    </div>
  );
}
