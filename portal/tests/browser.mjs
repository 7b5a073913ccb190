// What the portal's modules read of a browser when they are loaded, for Node. Loaded before each file of tests (package.json).

/** Storage as the browser has it: entries are texts, and are properties too. */
const storage = () => {
  const methods = {
    getItem(name) {
      return Object.hasOwn(this, name) ? this[name] : null;
    },
    setItem(name, value) {
      this[name] = String(value);
    },
    removeItem(name) {
      delete this[name];
    },
    clear() {
      for (const name of Object.keys(this)) delete this[name];
    },
  };
  return Object.create(methods);
};

for (const [name, value] of Object.entries({
  sessionStorage: storage(),
  localStorage: storage(),
  document: { documentElement: { lang: "" } },
}))
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
