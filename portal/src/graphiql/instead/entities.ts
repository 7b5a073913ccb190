// Instead of the package `entities`: the browser knows what &amp; is, and needs no table of 2,000 names.

export const decodeHTML = (text: string) =>
  new DOMParser().parseFromString(text, "text/html").documentElement.textContent ?? "";

export const decodeHTMLStrict = decodeHTML;
