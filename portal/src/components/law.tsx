// A citation of the law that opens its wording, and a level with its colour.
import { useId, useState } from "react";
import { cite, levelShort, levelWord, t } from "../i18n";
import { Dialog } from "./dialog";

type Point = { id: string; text?: string };

export function Clause({ of: point }: { of: Point | null | undefined }) {
  const [open, setOpen] = useState(false);
  const title = useId();
  if (!point) return null;
  if (!point.text) return <span className="clause">{cite(point.id)}</span>;
  return (
    <>
      <button type="button" className="clause" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {cite(point.id)}
      </button>
      {open && (
        <Dialog labelledBy={title} close={() => setOpen(false)}>
          <h2 id={title}>{cite(point.id)}</h2>
          <div className="wording" lang="vi">
            {point.text.split("\n").map((line, n) => (
              <p key={n}>{line}</p>
            ))}
          </div>
          <p className="quiet">{t("Mã trích dẫn", "Citation")}: {point.id}</p>
        </Dialog>
      )}
    </>
  );
}

export function Level({ level, full }: { level: string | null | undefined; full?: boolean }) {
  const name = level ?? "NOT_RATED";
  return (
    <span className={`level ${name}`} title={level ? levelWord(name) : undefined}>
      {full && level ? levelWord(name) : levelShort(name)}
    </span>
  );
}
