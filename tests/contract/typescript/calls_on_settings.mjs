// How the methods on settings are called: an entry's way from its creation to its end, in pages and in batches.

import assert from "node:assert/strict";
import Cloudflare from "cloudflare";
import { kinds } from "./settings_kinds.mjs";

/**
 * @typedef {import("./stage.mts").Stage} Stage
 * @typedef {import("./stage.mts").Kind} Kind
 * @typedef {import("./stage.mts").Entry} Entry
 */

/** @param {Entry | undefined} entry */
function idOf(entry) {
  assert.ok(entry?.id);
  return entry.id;
}

/** @param {Kind} kind */
async function everyId(kind) {
  const ids = [];
  for await (const entry of kind.pages()) ids.push(idOf(entry));
  return ids;
}

/** @param {Kind} kind */
async function walk(kind) {
  const before = await everyId(kind);
  const made = [];
  for (const n of [101, 102, 103, 104, 105]) made.push(idOf(await kind.create(n)));
  await assert.rejects(async () => kind.create(101), Cloudflare.ConflictError);
  assert.deepEqual(await everyId(kind), [...made.slice().reverse(), ...before]);
  const [first, second, third, fourth, fifth] = /** @type {[string, string, string, string, string]} */ (made);
  if (kind.find) {
    const found = await kind.find(102);
    assert.deepEqual(found.result.map(idOf), [second]);
  }
  assert.equal(idOf(await kind.get(first)), first);
  assert.equal(idOf(await kind.edit(first)), first);
  assert.equal((await kind.remove(first)).id, first);
  await assert.rejects(async () => kind.get(first), Cloudflare.NotFoundError);
  if (kind.batch) {
    const done = await kind.batch({ gone: second, patched: third, put: fourth }, 106);
    assert.deepEqual([done.deletes, done.patches, done.puts].flatMap((part) => part?.map(idOf)), [second, third, fourth]);
    assert.deepEqual(await everyId(kind), [idOf(done.posts?.[0]), fifth, fourth, third, ...before]);
  }
}

/** @param {Stage} stage */
export async function settings(stage) {
  for (const kind of Object.values(kinds(stage))) await walk(kind);
}

/** @param {Stage} stage */
export async function replacedAndManyDeleted({ email, account_id }) {
  const { domains } = email.settings;
  const modes = {
    allowed_delivery_modes: /** @type {("BCC")[]} */ (["BCC"]),
    drop_dispositions: /** @type {("SPOOF")[]} */ (["SPOOF"]),
    ip_restrictions: [],
    regions: /** @type {("US")[]} */ (["US"]),
  };
  const made = [];
  for (const n of [201, 202]) made.push(idOf(await domains.create({ account_id, domain: `d${n}.acme.example`, ...modes })));
  const [first, second] = /** @type {[string, string]} */ (made);
  const replaced = await domains.update(first, {
    account_id,
    ...modes,
    folder: "AllItems",
    integration_id: "two",
    lookback_hops: 3,
    require_tls_inbound: false,
    require_tls_outbound: false,
    transport: "mx.partner.example",
  });
  assert.deepEqual([replaced.folder, replaced.lookback_hops, replaced.status], ["AllItems", 3, "ACTIVE"]);
  // The method has no parameter for the ids.
  const gone = await domains.bulkDelete({ account_id }, { body: [{ id: first }, { id: second }] });
  assert.deepEqual(gone.result.map((entry) => entry.id), [first, second]);
  await assert.rejects(domains.bulkDelete({ account_id }), Cloudflare.BadRequestError);
}
