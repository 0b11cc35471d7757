// How the methods on messages are called.

import assert from "node:assert/strict";
import Cloudflare from "cloudflare";

/** @typedef {import("./stage.mts").Stage} Stage */

const DAY = 86_400_000;

/** @param {number} [days] */
const moment = (days = 0) => new Date(Date.now() + days * DAY).toISOString();

/** @param {Stage} stage */
export async function search(stage) {
  const { email, account_id, paged, held, gone } = stage;
  const newest = [...paged].reverse();
  const asked = { account_id, detections_only: false, subject: "paging" };
  if (!gone) {
    const found = [];
    for await (const row of email.investigate.list({ ...asked, per_page: 2 })) found.push(row.id);
    assert.deepEqual(found, newest);
  }
  const first = await email.investigate.list({ ...asked, per_page: 3 });
  const { next } = /** @type {{ next?: string }} */ (first.result_info);
  assert.ok(next);
  const second = await email.investigate.list({ ...asked, per_page: 3, cursor: next });
  assert.deepEqual([...first.result, ...second.result].map((row) => row.id), newest);
  const everything = {
    account_id,
    alert_id: held.alert_id,
    delivery_status: /** @type {const} */ ("quarantined"),
    detections_only: true,
    domain: "acme.example",
    end: moment(1),
    final_disposition: /** @type {const} */ ("SPAM"),
    message_id: held.message_id,
    metric: "none",
    per_page: 1000,
    query: "everything ann@partner.example",
    recipient: "bo@acme.example",
    sender: "partner.example",
    smtp_helo_ip: "192.0.2.7",
    start: moment(-1),
    subject: "once",
  };
  const found = await email.investigate.list(everything);
  assert.deepEqual(found.result.map((row) => row.id), [held.id]);
  const moved = await email.investigate.list({ account_id, message_action: "MOVED" });
  assert.ok(moved.result.every((row) => row.post_delivery_operations?.includes("MOVE")));
  const numbered = email.investigate.list({ ...everything, page: 1 });
  if (gone) await assert.rejects(numbered, Cloudflare.BadRequestError);
  else assert.deepEqual((await numbered).result.map((row) => row.id), [held.id]);
}

/** @param {Stage} stage */
export async function onePage(stage) {
  const { email, account_id, whole, held, picture } = stage;
  const { preview, release, move } = email.investigate;
  assert.equal((await preview.get(whole, { account_id })).screenshot, picture);
  await release.bulk({ account_id, ids: [whole] });
  await move.create(whole, { account_id, destination: "JunkEmail" });
  const shown = await email.investigate.get(whole, { account_id, submission: false });
  assert.deepEqual(shown.post_delivery_operations, ["PREVIEW", "QUARANTINE_RELEASE", "MOVE"]);
  assert.deepEqual(shown.delivery_status, ["delivered", "moved"]);
  const byPostfixId = await email.investigate.get(held.postfix_id, { account_id });
  assert.equal(byPostfixId.id, held.id);
  const report = await email.investigate.get(stage.report, { account_id, submission: true });
  assert.equal(report.delivery_mode, "REVIEW_SUBMISSION");
}

/** @param {Stage} stage */
export async function content({ email, account_id, rich, pictured, picture, delivered }) {
  const { detections, raw, trace, preview } = email.investigate;
  const found = await detections.get(rich, { account_id });
  assert.equal(found.final_disposition, "MALICIOUS");
  assert.ok(found.attachments.length && found.links.length && found.headers.length && found.findings?.length);
  assert.ok((await raw.get(rich, { account_id })).raw.includes("invoice.zip"));
  const [clean] = delivered;
  assert.ok(clean);
  assert.ok((await detections.get(clean, { account_id })).validation);
  for (const id of [rich, clean]) {
    const way = await trace.get(id, { account_id });
    assert.ok(way.inbound.lines?.length);
  }
  assert.equal((await preview.create({ account_id, id: pictured })).screenshot, picture);
}

/** @param {Stage} stage */
export async function actions(stage) {
  const { email, account_id, delivered, delivered_postfix_ids, waiting, gone } = stage;
  const { move, release } = email.investigate;
  const [first, ...others] = delivered;
  const [, ...postfix_ids] = delivered_postfix_ids;
  assert.ok(first);
  /** @type {{ expected_disposition?: "SPAM", postfix_ids?: string[] }} */
  const earlier = gone ? {} : { expected_disposition: "SPAM" };
  const moved = await move.create(first, { account_id, destination: "JunkEmail", ...earlier });
  assert.deepEqual(moved.result.map((row) => [row.recipient, row.success]), [
    ["a@acme.example", true],
    ["b@acme.example", true],
  ]);
  if (!gone) earlier.postfix_ids = postfix_ids;
  const rows = [];
  for await (const row of move.bulk({ account_id, destination: "DeletedItems", ids: [...others, waiting], ...earlier }))
    rows.push(row.success);
  assert.deepEqual(rows, [true, true, false, false]);
  const released = await release.bulk({ account_id, ids: [waiting] });
  assert.deepEqual(released.result.map((row) => row.delivered), [["a@acme.example", "b@acme.example"]]);
  if (gone) {
    const late = /** @type {const} */ ({ account_id, destination: "Inbox", expected_disposition: "SPAM" });
    await assert.rejects(move.create(first, late), Cloudflare.BadRequestError);
    await assert.rejects(move.bulk({ ...late, ids: [first] }), Cloudflare.BadRequestError);
    const bare = { account_id, destination: /** @type {const} */ ("Inbox"), ids: [first] };
    await assert.rejects(move.bulk({ ...bare, postfix_ids }), Cloudflare.BadRequestError);
  }
}

/** @param {Stage} stage */
export async function submissions(stage) {
  const { email, account_id, delivered, reported, judged } = stage;
  const { reclassify } = email.investigate;
  const [, clean] = delivered;
  assert.ok(clean);
  const eml_content = Buffer.from("Subject: x\r\n\r\n").toString("base64");
  await reclassify.create(clean, { account_id, expected_disposition: "MALICIOUS", eml_content });
  const { submission_id: escalated_submission_id } = reported;
  await reclassify.create(reported.id, { account_id, expected_disposition: "SPAM", escalated_submission_id });
  const kinds = new Set();
  for await (const row of email.submissions.list({ account_id, per_page: 1 })) kinds.add(row.type);
  assert.deepEqual([...kinds].sort(), ["Team", "User"]);
  const found = await email.submissions.list({
    account_id,
    direction: "asc",
    end: moment(1),
    escalated_from_user: false,
    order: "subject",
    original_disposition: "SPAM",
    outcome_disposition: "SPAM",
    page: 1,
    per_page: 1000,
    query: "bargains",
    requested_disposition: "SPAM",
    start: moment(-1),
    status: "reviewed",
    submission_id: judged,
    type: "TEAM",
  });
  assert.deepEqual(found.result.map((row) => row.submission_id), [judged]);
}

/** @param {Stage} stage */
export async function reports({ email, account_id, phishguard_reports, gone }) {
  const rows = [];
  for await (const row of email.phishguard.reports.list({ account_id, start: moment(-1), end: moment(1), per_page: 1 }))
    rows.push(row.id);
  assert.equal(new Set(rows).size, phishguard_reports);
  const first = await email.phishguard.reports.list({ account_id, page: 1, start: moment(-1) });
  assert.deepEqual(first.result.map((row) => row.id), rows);
  const days = { from_date: moment(-1).slice(0, 10), to_date: moment().slice(0, 10) };
  const same = email.phishguard.reports.list({ account_id, ...days });
  if (gone) await assert.rejects(same, Cloudflare.BadRequestError);
  else assert.equal((await same).result.length, phishguard_reports);
}
