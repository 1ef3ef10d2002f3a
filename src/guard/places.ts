/** What the folders of a GitOps repository are for. */

const sandboxDirectory = /^clusters\/(sandbox(?:-[^/]*)?)\//;

/** The sandbox whose directory a file is in; undefined for every other file. */
export function sandboxOf(file: string): string | undefined {
  return sandboxDirectory.exec(file)?.[1];
}

export function isSandboxFile(file: string): boolean {
  return sandboxOf(file) !== undefined;
}

export function isClusterFile(file: string): boolean {
  return file.startsWith("clusters/");
}

export function isProductionFile(file: string): boolean {
  return file.startsWith("clusters/production/");
}

/** What is published as an artifact, and reaches Staging and Production as it stands. */
export function isBundleFile(file: string): boolean {
  return file.startsWith("platform/");
}

/** What is applied together: a cluster's directory, or a top folder. An object has its name once in each. */
export function scopeOf(file: string): string {
  const [top = "", second = ""] = file.split("/");
  return top === "clusters" ? `${top}/${second}` : top;
}
