// The papers of a file: what is there, to be saved, and what is still missing.
import { useMutation } from "@tanstack/react-query";
import type { WhyQuery } from "../graph/generated";
import { day, number, t } from "../language";
import { expired, useSession } from "../session";
import { Clause } from "./law";

type File = NonNullable<NonNullable<WhyQuery["appraisal"]>["file"]>;

export function Papers({ file }: { file: File }) {
  const session = useSession();
  const saving = useMutation({
    mutationFn: async (document: File["documents"][number]) => {
      const answer = await fetch(document.url, { headers: { Authorization: `Bearer ${session.token}` } });
      if (answer.status === 401) expired(session);
      if (!answer.ok) throw new Error(String(answer.status));
      const address = URL.createObjectURL(await answer.blob());
      const link = Object.assign(window.document.createElement("a"), { href: address, download: document.number.replaceAll("/", "-") });
      link.click();
      URL.revokeObjectURL(address);
    },
  });
  return (
    <section aria-labelledby="papers">
      <h2 id="papers">{t("Hồ sơ", "Papers")}</h2>
      {file.completedOn && <p>{t("Đủ từ", "Complete since")} {day(file.completedOn)}</p>}
      <ul className="plain-list">
        {file.documents.map((document) => (
          <li key={document.id}>
            <button type="button" className="link" onClick={() => saving.mutate(document)}>
              {document.paperName}
            </button>{" "}
            <span className="quiet">
              {document.number}, {day(document.issuedOn)}, {document.issuer} · {number(Math.ceil(document.bytes / 1024))} KiB
            </span>
          </li>
        ))}
        {file.missing?.map((paper) => (
          <li key={paper.name}>
            <span className="outcome none">{t("Còn thiếu", "Missing")}</span> {paper.name} <Clause of={paper.clause} />
          </li>
        ))}
      </ul>
      {saving.error && <p className="state fault" role="alert">{t("Không lấy được văn bản.", "The document could not be had.")}</p>}
    </section>
  );
}
