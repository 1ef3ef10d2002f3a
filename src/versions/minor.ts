/** A Kubernetes minor version, such as 1.35: the unit in which EKS offers, upgrades and retires clusters. */
export interface Minor {
  readonly major: number;
  readonly minor: number;
}

/** Reads "1.35", also with a patch or a build behind it ("1.35.2", "v1.35.2-eks-1"); undefined if it is none. */
export function parseMinor(text: string): Minor | undefined {
  const match = /^v?(\d+)\.(\d+)(?:$|[.+-])/.exec(text);
  return match ? { major: Number(match[1]), minor: Number(match[2]) } : undefined;
}

/** The version as EKS writes it: "1.35". */
export function formatMinor({ major, minor }: Minor): string {
  return `${major}.${minor}`;
}

/** One minor ahead. Kubernetes has kept its major version at 1 since 2015. */
export function nextMinor({ major, minor }: Minor): Minor {
  return { major, minor: minor + 1 };
}

/** So many minors ahead. */
export function minorsOn({ major, minor }: Minor, steps: number): Minor {
  return { major, minor: minor + steps };
}

/** One minor back. */
export function previousMinor({ major, minor }: Minor): Minor {
  return { major, minor: minor - 1 };
}

/** How many minors `a` is ahead of `b`; negative when it is behind. */
export function minorsAhead(a: Minor, b: Minor): number {
  return a.major === b.major ? a.minor - b.minor : Math.sign(a.major - b.major) * Number.POSITIVE_INFINITY;
}
