// The kinds of settings on senders: how the SDK's methods on each are called, with every field that they take.

/**
 * @typedef {import("./stage.mts").Stage} Stage
 * @typedef {import("./stage.mts").Kind} Kind
 */

const NOTE = { comments: "note" };

/** The id of an entry, as a batch names it: most of the SDK's types have forgotten it.
 * @param {string} id */
export const named = (id) => ({ id });

/**
 * @param {Stage["email"]["settings"]["allowPolicies"]} policies
 * @param {{ account_id: string }} account
 * @param {boolean} gone
 * @returns {Kind}
 */
export function allowPolicies(policies, account, gone) {
  const earlier = gone ? {} : { is_recipient: false, is_sender: false, is_spoof: true };
  const fields = (/** @type {number} */ n) => ({
    pattern: `a${n}@partner.example`,
    pattern_type: /** @type {const} */ ("EMAIL"),
    is_regex: false,
    is_acceptable_sender: true,
    is_exempt_recipient: false,
    is_trusted_sender: false,
    verify_sender: true,
    ...NOTE,
    ...earlier,
  });
  return {
    create: (n) => policies.create({ ...account, ...fields(n) }),
    get: (id) => policies.get(id, account),
    edit: (id) => policies.edit(id, { ...account, ...fields(901), comments: null }),
    remove: (id) => policies.delete(id, account),
    pages: () => policies.list({ ...account, per_page: 2 }),
    find: (n) =>
      policies.list({
        ...account,
        direction: "desc",
        order: "pattern",
        is_acceptable_sender: true,
        is_exempt_recipient: false,
        is_trusted_sender: false,
        page: 1,
        pattern: `a${n}@partner.example`,
        pattern_type: "EMAIL",
        search: "partner",
        verify_sender: true,
      }),
    batch: ({ gone: dead, patched, put }, n) =>
      policies.batch({
        ...account,
        deletes: [{ id: dead }],
        patches: [{ ...named(patched), ...fields(902) }],
        puts: [{ ...named(put), ...fields(903) }],
        posts: [fields(n)],
      }),
  };
}

/**
 * @param {Stage["email"]["settings"]["blockSenders"]} senders
 * @param {{ account_id: string }} account
 * @returns {Kind}
 */
export function blockedSenders(senders, account) {
  const pattern_type = /** @type {const} */ ("EMAIL");
  const fields = (/** @type {number} */ n) => ({
    pattern: `b${n}@bad.example`,
    pattern_type,
    is_regex: false,
    ...NOTE,
  });
  const order = /** @type {const} */ ({ order: "pattern", direction: "desc", page: 1 });
  return {
    create: (n) => senders.create({ ...account, ...fields(n) }),
    get: (id) => senders.get(id, account),
    edit: (id) => senders.edit(id, { ...account, ...fields(901), comments: null }),
    remove: (id) => senders.delete(id, account),
    pages: () => senders.list({ ...account, per_page: 2 }),
    find: (n) => senders.list({ ...account, ...order, pattern: `b${n}@bad.example`, pattern_type, search: "bad" }),
    batch: ({ gone, patched, put }, n) =>
      senders.batch({
        ...account,
        deletes: [{ id: gone }],
        patches: [{ ...named(patched), ...fields(902) }],
        puts: [{ ...named(put), ...fields(903) }],
        posts: [fields(n)],
      }),
  };
}

/**
 * @param {Stage["email"]["settings"]["trustedDomains"]} list
 * @param {{ account_id: string }} account
 * @returns {Kind}
 */
export function trustedDomains(list, account) {
  const fields = (/** @type {number} */ n) => ({
    pattern: `t${n}.example`,
    is_regex: false,
    is_recent: true,
    is_similarity: false,
    ...NOTE,
  });
  const order = /** @type {const} */ ({ order: "pattern", direction: "asc", page: 1, search: "example" });
  return {
    create: (n) => list.create({ ...account, ...fields(n) }),
    get: (id) => list.get(id, account),
    edit: (id) => list.edit(id, { ...account, ...fields(901), comments: null }),
    remove: (id) => list.delete(id, account),
    pages: () => list.list({ ...account, per_page: 2 }),
    find: (n) => list.list({ ...account, ...order, pattern: `t${n}.example`, is_recent: true, is_similarity: false }),
    batch: ({ gone, patched, put }, n) =>
      list.batch({
        ...account,
        deletes: [{ id: gone }],
        patches: [{ ...named(patched), ...fields(902) }],
        puts: [{ ...named(put), ...fields(903) }],
        posts: [fields(n)],
      }),
  };
}

/**
 * @param {Stage["email"]["settings"]["sendingDomainRestrictions"]} list
 * @param {{ account_id: string }} account
 * @returns {Kind}
 */
export function restrictions(list, account) {
  const fields = (/** @type {number} */ n) => ({ domain: `s${n}.example`, exclude: [`news.s${n}.example`], ...NOTE });
  return {
    create: (n) => list.create({ ...account, ...fields(n) }),
    get: (id) => list.get(id, account),
    edit: (id) => list.edit(id, { ...account, ...fields(901), comments: null }),
    remove: (id) => list.delete(id, account),
    pages: () => list.list({ ...account, per_page: 2 }),
    find: (n) => list.list({ ...account, order: "domain", direction: "asc", page: 1, search: `s${n}.` }),
  };
}
