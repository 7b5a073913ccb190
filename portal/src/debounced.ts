// Debounces a value, so that quick typing or choosing sends one request.
import { useEffect, useState } from "react";

/** Milliseconds without a change before the value counts. */
const PAUSE_MS = 200;

export function useDebounced<T>(value: T): T {
  const [debounced, setDebounced] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setDebounced(JSON.parse(text) as T), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return debounced;
}
