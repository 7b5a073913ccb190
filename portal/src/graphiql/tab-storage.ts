// The storage of GraphiQL (tabs, history, widths): it ends with the tab, because variables may name people.
import { writeText, readText } from "../storage";

const PREFIX = "xeploai.graphiql:";

const keys = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));

export const tabStorage = {
  getItem: readText,
  setItem: writeText,
  removeItem: (key: string) => writeText(key, null),
  /** Leaves the session, which is in the same storage. */
  clear: () => keys().forEach((key) => sessionStorage.removeItem(key)),
  get length() {
    return keys().length;
  },
};
