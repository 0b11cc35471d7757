// How the methods on bulk action jobs are called.

import assert from "node:assert/strict";
import Cloudflare from "cloudflare";

/** @typedef {import("./stage.mts").Stage} Stage */

/** @param {Stage} stage */
export async function jobs(stage) {
  const { email, account_id, released_job, moved_job, gone, held } = stage;
  const { bulk } = email.investigate;
  const move = /** @type {const} */ ({ account_id, action: "MOVE", destination: "JunkEmail", comment: "clean up" });
  const search_params = {
    alert_id: held.alert_id,
    delivery_status: /** @type {const} */ ("delivered"),
    detections_only: false,
    domain: "acme.example",
    end: "2199-01-01T00:00:00Z",
    exact_subject: "offer",
    final_disposition: /** @type {const} */ ("NONE"),
    message_action: /** @type {const} */ ("MOVED"),
    message_id: held.message_id,
    metric: "none",
    query: "offer",
    recipient: "bo@acme.example",
    sender: null,
    smtp_helo_ip: "192.0.2.7",
    start: "2026-01-01T00:00:00Z",
    subject: "offer",
    submissions: false,
    ...(gone ? {} : { action_log: false }),
  };
  const late = bulk.create({ ...move, search_params, expected_disposition: "SPAM" });
  if (gone) await assert.rejects(late, Cloudflare.BadRequestError);
  else assert.equal((await late).status, "PENDING");
  const made = await bulk.create({ ...move, search_params });
  const { action_params } = made;
  assert.deepEqual([made.status, made.comment], ["PENDING", "clean up"]);
  assert.ok(action_params.type === "MOVE" && action_params.destination === "JunkEmail");
  assert.equal((await bulk.cancel.create(made.job_id, { account_id })).status, "CANCELLED");
  const done = await bulk.get(released_job, { account_id });
  assert.deepEqual([done.status, done.messages_successful], ["COMPLETED", 2]);
  const ids = [];
  for await (const row of bulk.list({ account_id, per_page: 1 })) ids.push(row.job_id);
  assert.ok(ids.includes(made.job_id) && ids.includes(moved_job) && new Set(ids).size === ids.length);
  const moves = await bulk.list({ account_id, action_type: "MOVE", status: "COMPLETED", page: 1 });
  assert.deepEqual(moves.result.map((row) => row.job_id), [moved_job]);
  for (const job of [released_job, moved_job]) {
    const recipients = [];
    for await (const row of bulk.messages.list(job, { account_id, per_page: 1 }))
      recipients.push(row.action_params.client_recipient);
    assert.deepEqual(recipients.sort(), ["a@acme.example", "b@acme.example"]);
  }
  const failed = await bulk.messages.list(released_job, { account_id, status: "FAILED", page: 1 });
  assert.deepEqual(failed.result, []);
  assert.equal((await bulk.delete(moved_job, { account_id })).id, moved_job);
}
