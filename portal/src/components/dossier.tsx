// The documents of a dossier: those present, which can be downloaded, and those missing.
import { useMutation } from "@tanstack/react-query";
import type { WhyQuery } from "../graph/generated";
import { day, number, t } from "../i18n";
import { expireSession, useSession } from "../session";
import { Clause } from "./law";

type File = NonNullable<NonNullable<WhyQuery["appraisal"]>["file"]>;

export function DossierDocuments({ file }: { file: File }) {
  const session = useSession();
  const downloading = useMutation({
    mutationFn: async (document: File["documents"][number]) => {
      const response = await fetch(document.url, { headers: { Authorization: `Bearer ${session.token}` } });
      if (response.status === 401) expireSession(session);
      if (!response.ok) throw new Error(String(response.status));
      const address = URL.createObjectURL(await response.blob());
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
            <button type="button" className="link" onClick={() => downloading.mutate(document)}>
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
      {downloading.error && <p className="state fault" role="alert">{t("Không lấy được văn bản.", "The document could not be had.")}</p>}
    </section>
  );
}
