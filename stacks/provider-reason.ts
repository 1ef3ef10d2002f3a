/** A provider's own words, on one line, without the name of the function that Pulumi puts before them. */
export function providerReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .replace(/^.*? returned an error: /s, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}
