// The storage of GraphiQL (tabs, history, widths): it ends with the tab, because variables may name people.
import { namesFrom, readText, writeText } from "../storage";

const PREFIX = "graphiql:";

export const tabStorage = {
  getItem: (key: string) => readText(key),
  setItem: (key: string, value: string) => writeText(key, value),
  removeItem: (key: string) => writeText(key, null),
  /** Leaves the session, which is in the same storage. */
  clear: () => namesFrom(PREFIX).forEach((name) => writeText(name, null)),
  get length() {
    return namesFrom(PREFIX).length;
  },
};
