/** Which finalizers need a controller that a teardown could remove too early. */

/** Lifted by the control plane, by the attach-detach logic beside it, or by Flux, which goes last of all. */
const liftedByOthers: readonly RegExp[] = [
  /^(foregroundDeletion|orphan|kubernetes)$/,
  /^kubernetes\.io\//,
  /^batch\.kubernetes\.io\//,
  /^apps\.kubernetes\.io\//,
  /^customresourcecleanup\.apiextensions\.k8s\.io$/,
  /^finalizers\.fluxcd\.io$/,
];

export function foreignFinalizers(finalizers: readonly string[]): readonly string[] {
  return finalizers.filter((finalizer) => !liftedByOthers.some((pattern) => pattern.test(finalizer)));
}
