// Call all email security methods of the official SDK on a gateway, and compare every answer with the SDK's types.
//
//     node run.mjs STAGE.json [limited]
//
// The exit status is 1 if anything was found, which is then printed. With `limited` the gateway gives one call.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import process from "node:process";
import Cloudflare from "cloudflare";
import { jobs } from "./calls_on_jobs.mjs";
import { actions, content, onePage, reports, search, submissions } from "./calls_on_mail.mjs";
import { replacedAndManyDeleted, settings } from "./calls_on_settings.mjs";
import { Watch, methods } from "./watch.mjs";

const NOWHERE = "f174e90a-fafe-4643-bbbc-4a0ed4fc8415";
const CALLS = [search, onePage, content, actions, submissions, reports, jobs, settings, replacedAndManyDeleted, errors];
// Members that the SDK does not declare: those of pages that the API has all the same, and the gateway's own (docs/api.md).
const OWN = new RegExp(
  [
    String.raw`: result_info\.(count|total_count|next|previous)$`,
    String.raw`^investigate\.detections\.get: result\.(attachments\[\]\.container|links\[\]\.(hidden|written|place))$`,
    String.raw`^investigate\.(list|get|bulk\.messages\.list): result(\[\])?(\.message)?\.smtp_helo_server_name$`,
    String.raw`^investigate\.bulk\.(create|get|list|cancel\.create): result(\[\])?\.by_id$`,
  ].join("|"),
);

const [, , file = "", kind] = process.argv;
/** @type {import("./stage.mts").Prepared} */
const prepared = JSON.parse(await readFile(file, "utf8"));
const watch = new Watch(prepared);

/** @param {string} apiToken */
function client(apiToken) {
  return new Cloudflare({ apiToken, baseURL: prepared.base_url, maxRetries: 0, fetch: watch.fetch });
}

const { emailSecurity } = client(prepared.write_token);
/** @type {import("./stage.mts").Stage} */
const stage = { ...prepared, email: watch.on(emailSecurity) };

/** @param {import("./stage.mts").Stage} stage */
async function errors({ email, account_id, write_token, read_token, held }) {
  const found = await email.settings.domains.get(NOWHERE, { account_id }).catch((error) => error);
  assert.ok(found instanceof Cloudflare.NotFoundError && found.errors[0]?.code);
  await assert.rejects(async () => email.investigate.list({ account_id, per_page: 10_001 }), Cloudflare.BadRequestError);
  await assert.rejects(async () => email.submissions.list({ account_id: "f".repeat(32) }), Cloudflare.NotFoundError);
  const nobody = watch.on(client(`${write_token}x`).emailSecurity);
  await assert.rejects(async () => nobody.submissions.list({ account_id }), Cloudflare.AuthenticationError);
  const reader = watch.on(client(read_token).emailSecurity);
  assert.ok((await reader.investigate.get(held.id, { account_id })).is_quarantined);
  const release = reader.investigate.release.bulk({ account_id, ids: [held.id] });
  await assert.rejects(async () => release, Cloudflare.PermissionDeniedError);
}

/** The budget is one call. */
async function limited() {
  const { email, account_id } = stage;
  await email.submissions.list({ account_id });
  const refused = await email.submissions.list({ account_id }).catch((error) => error);
  assert.ok(refused instanceof Cloudflare.RateLimitError);
  assert.ok(Number(refused.headers.get("retry-after")) > 0);
}

const failures = [];
for (const call of kind === "limited" ? [limited] : CALLS) {
  try {
    await call(stage);
  } catch (error) {
    failures.push(`${call.name}, in ${watch.method}: ${error instanceof Error ? error.stack : error}`);
  }
}
failures.push(...watch.findings.mistakes);
const { extras } = watch.findings;
for (const place of extras) if (!OWN.test(place)) failures.push(`${place} is not declared`);
if (kind !== "limited") {
  failures.push(...watch.neglected(emailSecurity));
  const never = [...watch.findings.members].filter(([, came]) => !came).map(([place]) => place);
  console.log(`${methods(emailSecurity, "").length} methods, ${watch.answers} answers`);
  console.log(`declared, and never served: ${never.join(", ")}`);
}
for (const failure of failures) console.log(`- ${failure}`);
process.exitCode = failures.length ? 1 : 0;
