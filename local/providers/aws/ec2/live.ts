import type { Properties } from "../../../product.ts";
import type { Aws } from "../configuration.ts";
import { fromAws } from "../shapes.ts";
import { tagMap } from "../tags.ts";

interface Described {
  readonly OwnerId?: string | undefined;
  readonly Tags?: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined;
}

/** What EC2's things have in common, and the named members of EC2's answer; undefined where there is no answer. */
export function ec2Live(
  aws: Aws,
  kind: string,
  id: string,
  found: Described | undefined,
  names: readonly string[],
): Properties | undefined {
  if (!found) return undefined;
  const ownerId = found.OwnerId ?? aws.identity.accountId;
  const arn = `arn:${aws.partition}:ec2:${aws.region}:${ownerId}:${kind}/${id}`;
  return { arn, ownerId, ...fromAws(found, names), tags: tagMap(found.Tags) };
}
