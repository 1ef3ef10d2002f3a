/** From `pulumi config`, which holds text, to values that can be checked. */

/** What the program reads of a stack's configuration; the adapter to Pulumi is in `src/main.ts`. */
export interface StackConfig {
  readonly stack: string;
  /** Name of the project, in which the settings are; and its organization on the backend. */
  readonly project: string;
  readonly organization: string;
  /** Every key with its namespace (`aws:region`, `kubernetes-sdlc:cidr`), every value as text. */
  readonly values: Readonly<Record<string, string>>;
  /** Keys whose values must not be shown. */
  readonly secretKeys: readonly string[];
}

/** The project's own settings by name. Lists and objects arrive as JSON, everything else stays text. */
export function projectValues(config: StackConfig): Record<string, unknown> {
  const prefix = `${config.project}:`;
  return Object.fromEntries(
    Object.entries(config.values)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, text]) => [key.slice(prefix.length), decode(text)]),
  );
}

function decode(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Text that only begins like a list is reported as what was given.
    return text;
  }
}
