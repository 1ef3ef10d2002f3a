/** Waits until a program that was just started answers its readiness address. */
import { get as getHttp } from "node:http";
import { get as getHttps } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { SupervisedProcess } from "../supervised-process.ts";
import { UserError } from "../user-error.ts";

/** Seconds until a program that does not answer counts as failed; it takes 5 at most where nothing else runs. */
const deadlineSeconds = 120;
/** Milliseconds: whoever else has taken the port may accept a connection and say nothing. */
const answerWithin = 5_000;

/**
 * @param ca PEM of the authority to trust, for an https address.
 * @throws UserError with the end of its log, if the program ends or the deadline passes first.
 */
export async function waitForAnswer(program: SupervisedProcess, url: string, ca?: string): Promise<void> {
  const deadline = Date.now() + deadlineSeconds * 1000;
  while (!(await answers(url, ca))) {
    const exit = program.lastExit;
    if (exit || Date.now() > deadline) {
      throw new UserError(
        `${program.name} ${exit ? "ended before it was ready" : `was not ready after ${deadlineSeconds} s`}.`,
        "The end of its log follows; if another program took its port, create the cluster again.",
        exit?.lastLines,
      );
    }
    await sleep(25);
  }
}

function answers(url: string, ca: string | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const get = ca === undefined ? getHttp : getHttps;
    const options = { agent: false, timeout: answerWithin, ...(ca === undefined ? {} : { ca }) };
    const request = get(url, options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => {
      resolve(false);
    });
  });
}
