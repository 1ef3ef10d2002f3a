/** KMS. */
import assert from "node:assert/strict";
import * as kms from "@aws-sdk/client-kms";
import { refused } from "../platform.ts";
import { createKey, type Cases } from "./context.ts";

export const kmsCases: Cases = {
  "ScheduleKeyDeletion outside 7 to 30 days": async (context) => {
    const { aws } = context;
    const { KeyId } = await createKey(context);
    for (const days of [6, 31]) {
      const schedule = { KeyId, PendingWindowInDays: days };
      await refused(aws.kms.send(new kms.ScheduleKeyDeletionCommand(schedule)), "ValidationException", 400);
    }
  },
  "Use of a key whose deletion is pending": async (context) => {
    const { aws } = context;
    const { KeyId, Arn } = await createKey(context);
    await aws.kms.send(new kms.ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    const { KeyMetadata: key } = await aws.kms.send(new kms.DescribeKeyCommand({ KeyId }));
    assert.equal(key?.KeyState, "PendingDeletion");
    const again = aws.kms.send(new kms.ScheduleKeyDeletionCommand({ KeyId }));
    await refused(again, "KMSInvalidStateException", 400, `${Arn} is pending deletion.`);
  },
};
