// What GraphiQL keeps (tabs, history, widths): until the tab is closed, since variables may name people.
import { remember, remembered } from "../remembering";

const OWN = "xeploai.graphiql:";

const own = () => Object.keys(sessionStorage).filter((key) => key.startsWith(OWN));

export const keptInThisTab = {
  getItem: remembered,
  setItem: remember,
  removeItem: (key: string) => remember(key, null),
  /** Not the session, which stands in the same storage. */
  clear: () => own().forEach((key) => sessionStorage.removeItem(key)),
  get length() {
    return own().length;
  },
};
