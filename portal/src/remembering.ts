// What outlives a reload: small texts in the storage of the browser, which may be switched off.

export function remembered(name: string, storage: Storage = sessionStorage): string | null {
  try {
    return storage.getItem(`xeploai.${name}`);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string | null, storage: Storage = sessionStorage) {
  try {
    if (value === null) storage.removeItem(`xeploai.${name}`);
    else storage.setItem(`xeploai.${name}`, value);
  } catch {
    // Without storage a reload forgets, and nothing else changes.
  }
}

export function recall<T>(name: string): T | null {
  try {
    return JSON.parse(remembered(name) ?? "null") as T | null;
  } catch {
    return null;
  }
}
