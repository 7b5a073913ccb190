// Addresses of the portal: the year parameter, the paths of subjects, and links that keep the year.
import { createContext, useContext, useState, type ComponentProps } from "react";
import { Link, useSearchParams } from "wouter";
import type { StartQuery } from "./graph/generated";
import { useStart } from "./session";

export type Cycle = StartQuery["cycles"][number];
export type Place = { me: StartQuery["me"]; cycles: StartQuery["cycles"]; year: number };

const PlaceContext = createContext<Place | null>(null);
export const PlaceProvider = PlaceContext.Provider;

export function usePlace(): Place {
  const place = useContext(PlaceContext);
  if (!place) throw new Error("used outside of the signed-in part");
  return place;
}

/** The year in progress: the last open one, or the last one if none is open. */
export function currentYear(cycles: StartQuery["cycles"]): number | undefined {
  return (cycles.findLast((cycle) => !cycle.closedOn && cycle.edition) ?? cycles.at(-1))?.year;
}

export function useYearParameter(): [number | null, (year: number) => void] {
  const [parameters, setParameters] = useSearchParams();
  const year = Number(parameters.get("nam")) || null;
  return [year, (next) => setParameters((previous) => ({ ...Object.fromEntries(previous), nam: String(next) }))];
}

/** Adds the year of the present address to a path of the portal. */
export function useAddressWithYear(): (path: string) => string {
  const [year] = useYearParameter();
  return (path) => (year ? `${path}?nam=${year}` : path);
}

export function YearLink({ href, ...rest }: ComponentProps<"a"> & { href: string }) {
  const address = useAddressWithYear();
  return <Link {...rest} href={address(href)} />;
}

/** The addresses of the views, as patterns. The functions below make such addresses. */
export const ROUTES = {
  hierarchy: "/",
  body: "/don-vi/:code",
  person: "/nguoi/:id",
  appraisal: "/ho-so/:id",
  work: "/viec",
  groupSheet: "/viec/nhom/:group",
  appraisalSheet: "/viec/ho-so/:id",
  authority: "/tham-quyen",
  authorityOf: "/tham-quyen/:kind/:id",
  compliance: "/tien-do",
} as const;

export const bodyPath = (code: string) => `/don-vi/${encodeURIComponent(code)}`;
export const personPath = (id: string) => `/nguoi/${id}`;
export const appraisalPath = (id: string) => `/ho-so/${id}`;
export const groupSheetPath = (code: string) => `/viec/nhom/${encodeURIComponent(code)}`;
export const appraisalSheetPath = (id: string) => `/viec/ho-so/${id}`;

/** A code from an address; a part that is not well encoded (`100%`) is taken as it is, and no such subject is found. */
export function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

type Subject = { __typename: "Body"; code: string; name: string } | { __typename: "Person"; id: string; name: string };
export const subjectPath = (of: Subject) => (of.__typename === "Body" ? bodyPath(of.code) : personPath(of.id));
export const authorityPath = (of: Subject) =>
  of.__typename === "Body" ? `/tham-quyen/don-vi/${encodeURIComponent(of.code)}` : `/tham-quyen/nguoi/${of.id}`;
export type { Subject };

export function SubjectLink({ of }: { of: Subject }) {
  return <YearLink href={subjectPath(of)}>{of.name}</YearLink>;
}

/** The day of a moment in Vietnam, as 2023-12-11. */
export const dayInVietnam = (moment: Date) => new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Ho_Chi_Minh" }).format(moment);

/** The date of the service; a demonstration has a fixed one. */
export function useToday(): string {
  const { today } = useStart();
  const [dayOfBrowser] = useState(() => dayInVietnam(new Date()));
  return today ?? dayOfBrowser;
}
