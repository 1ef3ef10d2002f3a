/** A change to a GitOps repository, as the guard judges it: what the target holds, and what it would hold. */
import { manifestsOf, type Manifests, type ManifestObject } from "./manifests.ts";

export interface Change {
  readonly before: Repository;
  readonly after: Repository;
  /** Paths that are added, edited or deleted. */
  readonly changed: readonly string[];
  /** Messages of the commits that make the change. */
  readonly messages: readonly string[];
  /** The branch that it is for, which is the one that clusters may follow. */
  readonly branch: string;
}

/** The folders that Flux is led to. What else is in the repository is read by nobody. */
export const guardedFolders = ["clusters", "platform", "apps"] as const;

/** The manifest of Flux's own kinds and controllers: large, and nothing in it is judged but that it does not change. */
export const componentsFile = "gotk-components.yaml";

/** The files of a repository at one moment. Manifests are parsed when they are first asked for. */
export class Repository {
  readonly files: ReadonlyMap<string, string>;
  readonly #parsed = new Map<string, Manifests>();

  /** @param files content by path from the root. */
  constructor(files: ReadonlyMap<string, string>) {
    this.files = files;
  }

  manifests(file: string): Manifests {
    const known = this.#parsed.get(file);
    if (known !== undefined) return known;
    const content = isManifest(file) ? this.files.get(file) : undefined;
    const manifests = content === undefined ? { objects: [], faults: [] } : manifestsOf(file, content);
    this.#parsed.set(file, manifests);
    return manifests;
  }

  /** Of every manifest in the guarded folders. */
  objects(): ManifestObject[] {
    return [...this.files.keys()].filter(isGuarded).flatMap((file) => this.manifests(file).objects);
  }
}

export function isGuarded(file: string): boolean {
  return guardedFolders.some((folder) => file.startsWith(`${folder}/`));
}

function isManifest(file: string): boolean {
  return /\.ya?ml$/.test(file) && !file.endsWith(`/${componentsFile}`);
}
