/** All cases, by their numbers in the list of what makes a destroy go wrong. */
import type { Scenario } from "../scenario.ts";
import { scenario as case0 } from "./00-custom-objects-of-an-application.ts";
import { scenario as case1 } from "./01-load-balancer-of-a-release.ts";
import { scenario as case2 } from "./02-controller-of-load-balancers-first.ts";
import { scenario as case3 } from "./03-rule-of-another-group.ts";
import { scenario as case4 } from "./04-volumes-of-claims.ts";
import { scenario as case5 } from "./05-retained-volume.ts";
import { scenario as case6 } from "./06-rights-of-the-volumes-driver.ts";
import { scenario as case7 } from "./07-controller-that-is-gone.ts";
import { scenario as case8 } from "./08-no-dependencies-declared.ts";
import { scenario as case9 } from "./09-dependencies-between-kustomizations.ts";
import { scenario as case10 } from "./10-suspended-child.ts";
import { scenario as case11 } from "./11-sibling-that-recreates.ts";
import { scenario as case12 } from "./12-wait-that-gives-up.ts";
import { scenario as case13 } from "./13-failed-release.ts";
import { scenario as case14 } from "./14-source-out-of-reach.ts";
import { scenario as case15 } from "./15-webhook-without-service.ts";
import { scenario as case16 } from "./16-api-service-that-is-unavailable.ts";
import { scenario as case17 } from "./17-disruption-budget.ts";
import { scenario as case18 } from "./18-api-server-out-of-reach.ts";
import { scenario as case19 } from "./19-cluster-deleted-by-hand.ts";
import { scenario as case20 } from "./20-killed-half-way.ts";
import { scenario as case21 } from "./21-credentials-that-expire.ts";
import { scenario as case22 } from "./22-no-access-to-the-cluster.ts";
import { scenario as case23 } from "./23-leaked-interfaces.ts";
import { scenario as case24 } from "./24-shared-backend-group.ts";
import { scenario as case25 } from "./25-interface-in-the-clusters-group.ts";
import { scenario as case26 } from "./26-nodes-of-karpenter.ts";
import { scenario as case27 } from "./27-finalizer-lifted-too-early.ts";
import { scenario as case28 } from "./28-log-group-that-comes-back.ts";
import { scenario as case29 } from "./29-slow-but-progressing.ts";
import { scenario as case30 } from "./30-killed-at-every-wave.ts";
import { scenario as case31 } from "./31-retained-volume-without-cluster.ts";
import { scenario as case32 } from "./32-reports-about-everything.ts";
import { scenario as case33 } from "./33-another-cluster.ts";
import { scenario as case34 } from "./34-flux-operator.ts";

export const scenarios: readonly Scenario[] = [
  case0,
  case1,
  case2,
  case3,
  case4,
  case5,
  case6,
  case7,
  case8,
  case9,
  case10,
  case11,
  case12,
  case13,
  case14,
  case15,
  case16,
  case17,
  case18,
  case19,
  case20,
  case21,
  case22,
  case23,
  case24,
  case25,
  case26,
  case27,
  case28,
  case29,
  case30,
  case31,
  case32,
  case33,
  case34,
];
