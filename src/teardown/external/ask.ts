/**
 * How AWS is asked whether a thing is still there. What nobody asks AWS for is not known: it is told as that, and never called
 * gone, whatever its controller says.
 */

export type Ask =
  /** By the id in AWS, which is the holding's reference. */
  | { readonly by: "id" }
  /** Instances, by the tag that Karpenter sets when it launches them, beside the cluster's own. */
  | {
      readonly by: "node-pool";
      readonly pool: string;
      /** Those of this NodeClaim alone, and those that bear the name of none yet. */
      readonly claim?: string;
    }
  /** All load balancers and target groups are listed: by address, or by the tags of their controller. */
  | { readonly by: "load-balancers" }
  | NotAsked;

export interface NotAsked {
  readonly by: "nobody";
  /** Completes `AWS is not asked: `. */
  readonly why: string;
  /** How a person looks: a command, where there is one. */
  readonly look?: string;
}

/** An id is asked for only where it looks like one of that kind: AWS would answer "not found" to anything else. */
export function askById(reference: string | undefined, prefix: "vol-" | "snap-", look: string): Ask {
  if (reference?.startsWith(prefix) === true) return { by: "id" };
  const why =
    reference === undefined
      ? "the cluster does not tell its id"
      : `${reference} is not an id that begins with ${prefix}`;
  return { by: "nobody", why, look };
}

/** Of a volume of another driver than that of EBS. @param handle as the driver writes it, such as `fs-1::fsap-2` */
export function askOtherDriver(driver: string, handle: string | undefined): NotAsked {
  const look = commandOf(driver, handle ?? "");
  const why = `the program does not look for volumes of ${driver}`;
  return { by: "nobody", why, ...(look !== undefined && { look }) };
}

function commandOf(driver: string, handle: string): string | undefined {
  const id = (pattern: RegExp): string | undefined => pattern.exec(handle)?.[0];
  if (driver === "efs.csi.aws.com") {
    const point = id(/fsap-[0-9a-z]+/);
    if (point !== undefined) return `aws efs describe-access-points --access-point-id ${point}`;
    const system = id(/fs-[0-9a-z]+/);
    return system && `aws efs describe-file-systems --file-system-id ${system}`;
  }
  if (!/^fsx(\.\w+)?\.csi\.aws\.com$/.test(driver)) return undefined;
  const volume = id(/fsvol-[0-9a-z]+/);
  if (volume !== undefined) return `aws fsx describe-volumes --volume-ids ${volume}`;
  const system = id(/fs-[0-9a-z]+/);
  return system && `aws fsx describe-file-systems --file-system-ids ${system}`;
}
