// The prerequisites of a step: the subject that must come first, and the clause.
import { reasonWord } from "../i18n";
import type { WaitsFragment } from "../graph/generated";
import { SubjectLink } from "../routing";
import { Clause } from "./law";

export function Prerequisites({ of, besides }: { of: WaitsFragment[]; besides?: string }) {
  return (
    <ul className="waits">
      {of.map((prerequisite, n) => (
        <li key={n}>
          {reasonWord(prerequisite.reason)}
          {prerequisite.subject && prerequisite.subject.name !== besides && (
            <>
              {": "}
              <SubjectLink of={prerequisite.subject} />
            </>
          )}
          {prerequisite.group && `: ${prerequisite.group.name}`} <Clause of={prerequisite.clause} />
        </li>
      ))}
    </ul>
  );
}
