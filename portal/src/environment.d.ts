declare module "virtual:glossary" {
  /** A word of the law in Vietnamese and English, by `Enum.MEMBER`. */
  const words: Record<string, [string, string]>;
  export default words;
}
