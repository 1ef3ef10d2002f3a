import type { CensusScope } from "./scope.ts";

/** An answer that AWS was too busy for is no zero: it is asked for a while, and more slowly. */
export const clientSettings = ({ region }: CensusScope) =>
  ({ region, maxAttempts: 10, retryMode: "adaptive" }) as const;
