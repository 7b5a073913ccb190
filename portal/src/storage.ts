// Small texts in the storage of the browser. Storage may be disabled: then nothing is stored, and reading gives null.

/** The storage of the tab ends with it; that of the browser stays. */
export type Area = "tab" | "browser";

const PREFIX = "xeploai.";

/** Where storage is disabled, a browser may throw as soon as the storage is named: call this inside of `try`. */
const storageOf = (area: Area): Storage => (area === "tab" ? sessionStorage : localStorage);

export function readText(name: string, area: Area = "tab"): string | null {
  try {
    return storageOf(area).getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function writeText(name: string, value: string | null, area: Area = "tab") {
  try {
    if (value === null) storageOf(area).removeItem(PREFIX + name);
    else storageOf(area).setItem(PREFIX + name, value);
  } catch {
    // Storage is disabled or full: the text is lost on a reload.
  }
}

/** The names of the entries of the tab that begin with `start`. */
export function namesFrom(start: string): string[] {
  try {
    const names = Object.keys(storageOf("tab")).filter((key) => key.startsWith(PREFIX + start));
    return names.map((key) => key.slice(PREFIX.length));
  } catch {
    return [];
  }
}

/** The JSON of an entry that `isValid` accepts; null for every other, as an older portal or a person may have left it. */
export function readJson<T>(name: string, isValid: (value: unknown) => value is T): T | null {
  try {
    const value: unknown = JSON.parse(readText(name) ?? "null");
    return isValid(value) ? value : null;
  } catch {
    return null;
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
