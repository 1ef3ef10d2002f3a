import type { EnvironmentName } from "../src/stack-name.ts";
import { canary } from "./canary.ts";
import { development } from "./development.ts";
import type { EnvironmentClass } from "./environment-class.ts";
import { production } from "./production.ts";
import { sandbox } from "./sandbox.ts";
import { staging } from "./staging.ts";

export const environmentClasses: Readonly<Record<EnvironmentName, EnvironmentClass>> = {
  sandbox,
  canary,
  development,
  staging,
  production,
};
