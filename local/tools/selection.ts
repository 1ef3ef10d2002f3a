/** Which tools a purpose takes, so that whoever needs few does not wait for all. */

/**
 * `moto` is AWS's emulator with the aws CLI; `engine` Pulumi; `everything` these two, the Kubernetes control plane, Flux, KEDA
 * and the registry, which start together, and kubectl.
 */
export type Tools = "nothing" | "moto" | "engine" | "everything";

const engineTools = ["pulumi", "pulumi-language-nodejs"];

/** Whether one of the purposes takes the Python programs. */
export const takesPython = (purposes: readonly Tools[]): boolean =>
  purposes.includes("moto") || purposes.includes("everything");

/** Whether one of the purposes takes kubectl, or what a person looks at the clusters with. */
export const takesKubectl = (purposes: readonly Tools[]): boolean => purposes.includes("everything");

/** Whether one of the purposes takes a program of the catalogue. */
export const takesGoTool = (purposes: readonly Tools[], name: string): boolean =>
  purposes.includes("everything") || (purposes.includes("engine") && engineTools.includes(name));
