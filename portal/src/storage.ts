// Small texts in the storage of the browser. Storage may be disabled: then nothing is stored, and reading gives null.

export function readText(name: string, storage: Storage = sessionStorage): string | null {
  try {
    return storage.getItem(`xeploai.${name}`);
  } catch {
    return null;
  }
}

export function writeText(name: string, value: string | null, storage: Storage = sessionStorage) {
  try {
    if (value === null) storage.removeItem(`xeploai.${name}`);
    else storage.setItem(`xeploai.${name}`, value);
  } catch {
    // Storage is disabled: the text is lost on a reload.
  }
}

export function readJson<T>(name: string): T | null {
  try {
    return JSON.parse(readText(name) ?? "null") as T | null;
  } catch {
    return null;
  }
}
