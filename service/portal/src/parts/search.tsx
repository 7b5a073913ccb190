// A field that finds bodies while one types: a combobox with a list below it (ARIA pattern).
import { useId, useState, type KeyboardEvent } from "react";
import { useBodiesByName } from "../finding";
import { kindWord, t } from "../language";
import type { Node } from "../tree";

export function Search({ label, choose }: { label: string; choose: (body: Node) => void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(-1);
  const [open, setOpen] = useState(false);
  const id = useId();
  const { bodies, progress } = useBodiesByName(text);
  const shown = open && text.trim() !== "";
  const take = (body: Node | undefined) => {
    if (!body) return;
    setText("");
    setAt(-1);
    setOpen(false);
    choose(body);
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setAt(Math.min(at + 1, bodies.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(at - 1, -1));
    else if (event.key === "Enter") take(bodies[Math.max(at, 0)]);
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
        placeholder={t("Tìm đơn vị, không cần dấu", "Find a body by name")}
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
      <ul id={id} role="listbox" aria-label={label} hidden={!shown || bodies.length === 0}>
        {bodies.map((body, index) => (
          <li key={body.code} id={`${id}${index}`} role="option" aria-selected={index === at} onPointerDown={(event) => event.preventDefault()} onClick={() => take(body)}>
            {body.name} <span className="quiet">{kindWord(body.kind)}</span>
          </li>
        ))}
      </ul>
      <p className="found quiet" role="status" hidden={!shown}>
        {progress
          ? t(`Đang tìm… ${progress.done}/${progress.of}`, `Searching… ${progress.done}/${progress.of}`)
          : bodies.length === 0
            ? t("Không có đơn vị nào tên như vậy", "No body has such a name")
            : ""}
      </p>
    </div>
  );
}
