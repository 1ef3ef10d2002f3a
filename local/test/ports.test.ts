import assert from "node:assert/strict";
import { onFreePorts } from "../ports.ts";
import { UserError } from "../user-error.ts";

const taken = (port: number): UserError =>
  new UserError(
    "x.kube-apiserver ended before it was ready.",
    "The end of its log follows.",
    `Error: failed to listen on 127.0.0.1:${port}: listen tcp 127.0.0.1:${port}: bind: address already in use`,
  );

describe("ports of the kernel's choice", () => {
  it("are chosen again as long as a program finds one taken", async () => {
    const tried: (readonly number[])[] = [];
    const started = await onFreePorts(2, (ports) => {
      tried.push(ports);
      return tried.length < 3 ? Promise.reject(taken(ports[0] ?? 0)) : Promise.resolve(ports);
    });
    assert.equal(tried.length, 3);
    assert.equal(new Set(tried.flat()).size, 6);
    assert.deepEqual(started, tried[2]);
  });

  it("are given up where each is taken, with the last program's words", async () => {
    let times = 0;
    const start = (): Promise<never> => {
      times += 1;
      return Promise.reject(taken(times));
    };
    await assert.rejects(onFreePorts(1, start), { details: taken(6).details });
    assert.equal(times, 6);
  });

  it("are not to blame for any other failure", async () => {
    for (const error of [new UserError("a", "b", "must be at least 8 IP addresses"), new Error("a bug")]) {
      let times = 0;
      const start = (): Promise<never> => {
        times += 1;
        return Promise.reject(error);
      };
      await assert.rejects(onFreePorts(1, start), error);
      assert.equal(times, 1);
    }
  });
});
