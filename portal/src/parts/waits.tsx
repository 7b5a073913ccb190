// What a step waits for, with whoever comes first and the clause that says so.
import { reasonWord } from "../language";
import type { WaitsFragment } from "../graph/generated";
import { SubjectLink } from "../place";
import { Clause } from "./law";

export function Waits({ of, besides }: { of: WaitsFragment[]; besides?: string }) {
  return (
    <ul className="waits">
      {of.map((one, n) => (
        <li key={n}>
          {reasonWord(one.reason)}
          {one.subject && one.subject.name !== besides && (
            <>
              {": "}
              <SubjectLink of={one.subject} />
            </>
          )}
          {one.group && `: ${one.group.name}`} <Clause of={one.clause} />
        </li>
      ))}
    </ul>
  );
}
