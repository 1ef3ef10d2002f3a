/** The rules that an order must keep. The owner of an object is not among them: that follows from how it is deleted. */
import type { Facts } from "../facts.ts";
import type { Requirement } from "../requirements.ts";
import { accounts } from "./accounts.ts";
import { classes } from "./classes.ts";
import { customObjects } from "./custom-objects.ts";
import { dependsOn } from "./depends-on.ts";
import { externalControllers } from "./external-controllers.ts";
import { karpenter } from "./karpenter.ts";
import { mountedVolumes } from "./mounted-volumes.ts";
import { namespaces } from "./namespaces.ts";

export const rules: readonly ((facts: Facts) => Requirement[])[] = [
  dependsOn,
  customObjects,
  externalControllers,
  mountedVolumes,
  classes,
  karpenter,
  namespaces,
  accounts,
];
