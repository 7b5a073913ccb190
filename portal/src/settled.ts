// A value once it has stood still for a moment, so that quick typing or choosing is one question.
import { useEffect, useState } from "react";

const PAUSE = 200;

export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(text) as T), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
