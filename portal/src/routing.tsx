// Addresses of the portal: the year parameter, the paths of subjects, and links that keep the year.
import { createContext, useContext, type ComponentProps } from "react";
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

export const bodyPath = (code: string) => `/don-vi/${encodeURIComponent(code)}`;
export const personPath = (id: string) => `/nguoi/${id}`;

type Subject = { __typename: "Body"; code: string; name: string } | { __typename: "Person"; id: string; name: string };
export const subjectPath = (of: Subject) => (of.__typename === "Body" ? bodyPath(of.code) : personPath(of.id));
export const authorityPath = (of: Subject) =>
  of.__typename === "Body" ? `/tham-quyen/don-vi/${encodeURIComponent(of.code)}` : `/tham-quyen/nguoi/${of.id}`;
export type { Subject };

export function SubjectLink({ of }: { of: Subject }) {
  return <YearLink href={subjectPath(of)}>{of.name}</YearLink>;
}

/** The date of the service; a demonstration has a fixed one. */
export function useToday(): string {
  const { today } = useStart();
  return today ?? new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Ho_Chi_Minh" }).format(new Date());
}
