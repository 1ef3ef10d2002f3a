/** Manifests in API versions that a release of Flux does not take, found before anything is applied. */
import { parseAllDocuments } from "yaml";
import type { Mistake } from "../errors.ts";
import type { KubernetesObject } from "../kubernetes-object.ts";

interface Definition extends KubernetesObject {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly storage: boolean;
    }[];
  };
}

interface Served {
  readonly apiVersions: readonly string[];
  /** What the release itself writes. */
  readonly current: string;
}

/**
 * One mistake for each object that the kinds of `install` refuse; a Kustomization with one of them applies nothing at all.
 *
 * @param files content by path, all of it YAML.
 * @param install the objects of the release's install manifest.
 */
export function outdatedObjects(
  files: ReadonlyMap<string, string>,
  install: readonly KubernetesObject[],
): Mistake[] {
  const served = servedKinds(install);
  return [...files]
    .filter(([file]) => /\.ya?ml$/.test(file))
    .flatMap(([file, content]) =>
      parseAllDocuments(content).flatMap((document): Mistake[] => {
        const object = document.toJS() as Partial<KubernetesObject> | null;
        const { apiVersion = "", kind = "" } = object ?? {};
        const known = served.get(kindKey(apiVersion.split("/")[0] ?? "", kind));
        if (known === undefined || known.apiVersions.includes(apiVersion)) return [];
        return [
          {
            what: `${file}: ${kind} ${object?.metadata?.name ?? ""}: this Flux takes no ${apiVersion} any more.`,
            remedy: `Write apiVersion: ${known.current} there, on the ticket branch, and run pulumi up again.`,
          },
        ];
      }),
    );
}

function servedKinds(install: readonly KubernetesObject[]): ReadonlyMap<string, Served> {
  const definitions = install.filter(({ kind }) => kind === "CustomResourceDefinition") as Definition[];
  return new Map(
    definitions.map(({ spec: { group, names, versions } }) => {
      const apiVersion = (name: string): string => `${group}/${name}`;
      const apiVersions = versions.filter(({ served }) => served).map(({ name }) => apiVersion(name));
      const stored = versions.find(({ storage }) => storage);
      return [kindKey(group, names.kind), { apiVersions, current: apiVersion(stored?.name ?? "") }];
    }),
  );
}

function kindKey(group: string, kind: string): string {
  return `${group} ${kind}`;
}
