// All kinds of settings; those that are not on senders stand here: how the SDK's methods on each are called.

import { allowPolicies, blockedSenders, named, restrictions, trustedDomains } from "./settings_of_senders.mjs";

/**
 * @typedef {import("./stage.mts").Stage} Stage
 * @typedef {import("./stage.mts").Kind} Kind
 */

const NOTE = { comments: "note" };

/**
 * @param {Stage} stage
 * @returns {Record<string, Kind>}
 */
export function kinds({ email: { settings }, account_id, gone }) {
  const account = { account_id };
  return {
    allow_policies: allowPolicies(settings.allowPolicies, account, gone),
    block_senders: blockedSenders(settings.blockSenders, account),
    content_policies: contentPolicies(settings.contentPolicies, account),
    domains: domains(settings.domains, account),
    impersonation_registry: registry(settings.impersonationRegistry, account, gone),
    sending_domain_restrictions: restrictions(settings.sendingDomainRestrictions, account),
    trusted_domains: trustedDomains(settings.trustedDomains, account),
    url_ignore_patterns: ignorePatterns(settings.urlIgnorePatterns, account),
  };
}

/**
 * @param {Stage["email"]["settings"]["contentPolicies"]} policies
 * @param {{ account_id: string }} account
 * @returns {Kind}
 */
function contentPolicies(policies, account) {
  const fields = (/** @type {number} */ n) => ({
    name: `policy ${n}`,
    pattern: `project${n}`,
    targets: /** @type {("SUBJECT" | "BODY")[]} */ (["SUBJECT", "BODY"]),
    enabled: true,
    notes: "note",
  });
  const order = /** @type {const} */ ({ order: "name", direction: "asc", page: 1 });
  return {
    create: (n) => policies.create({ ...account, ...fields(n) }),
    get: (id) => policies.get(id, account),
    edit: (id) => policies.edit(id, { ...account, ...fields(901), notes: null }),
    remove: (id) => policies.delete(id, account),
    pages: () => policies.list({ ...account, per_page: 2 }),
    find: (n) => policies.list({ ...account, ...order, search: "project", name: `policy ${n}`, enabled: true }),
    batch: ({ gone, patched, put }, n) =>
      policies.batch({
        ...account,
        deletes: [{ id: gone }],
        patches: [{ ...named(patched), ...fields(902) }],
        puts: [{ ...named(put), ...fields(903) }],
        posts: [fields(n)],
      }),
  };
}

/**
 * @param {Stage["email"]["settings"]["domains"]} list
 * @param {{ account_id: string }} account
 * @returns {Kind}
 */
function domains(list, account) {
  const fields = {
    allowed_delivery_modes: /** @type {("DIRECT" | "API")[]} */ (["DIRECT", "API"]),
    drop_dispositions: /** @type {("MALICIOUS" | "SPAM")[]} */ (["MALICIOUS", "SPAM"]),
    ip_restrictions: ["203.0.113.0/24"],
    regions: /** @type {("GLOBAL")[]} */ (["GLOBAL"]),
    folder: /** @type {const} */ ("Inbox"),
    lookback_hops: 2,
    require_tls_inbound: true,
    require_tls_outbound: true,
    transport: "mx.acme.example",
    integration_id: "one",
  };
  return {
    create: (n) => list.create({ ...account, domain: `d${n}.acme.example`, ...fields }),
    get: (id) => list.get(id, account),
    edit: (id) => list.edit(id, { ...account, ...fields, folder: null }),
    remove: (id) => list.delete(id, account),
    pages: () => list.list({ ...account, per_page: 2 }),
    find: (n) =>
      list.list({
        ...account,
        order: "domain",
        direction: "asc",
        page: 1,
        search: "acme",
        domain: [`d${n}.acme.example`, "nowhere.example"],
        active_delivery_mode: "DIRECT",
        allowed_delivery_mode: "API",
        integration_id: "one",
        status: "ACTIVE",
      }),
    batch: ({ gone, patched, put }, n) =>
      list.batch({
        ...account,
        deletes: [{ id: gone }],
        patches: [{ ...named(patched), ...fields }],
        puts: [{ ...named(put), ...fields }],
        posts: [{ domain: `d${n}.acme.example`, ...fields }],
      }),
  };
}

/**
 * @param {Stage["email"]["settings"]["impersonationRegistry"]} people
 * @param {{ account_id: string }} account
 * @param {boolean} gone
 * @returns {Kind}
 */
function registry(people, account, gone) {
  const earlier = gone ? {} : { external_directory_node_id: "x" };
  const fields = (/** @type {number} */ n) => ({
    name: `Person ${n}`,
    email: `p${n}@acme.example`,
    is_email_regex: false,
    directory_id: 1,
    directory_node_id: 2,
    provenance: /** @type {const} */ ("A1S_INTERNAL"),
    ...NOTE,
    ...earlier,
  });
  const order = /** @type {const} */ ({ order: "email", direction: "asc", page: 1, provenance: "A1S_INTERNAL" });
  return {
    create: (n) => people.create({ ...account, ...fields(n) }),
    get: (id) => people.get(id, account),
    edit: (id) => people.edit(id, { ...account, ...fields(901), comments: null }),
    remove: (id) => people.delete(id, account),
    pages: () => people.list({ ...account, per_page: 2 }),
    find: (n) => people.list({ ...account, ...order, search: `p${n}@` }),
  };
}

/**
 * @param {Stage["email"]["settings"]["urlIgnorePatterns"]} list
 * @param {{ account_id: string }} account
 * @returns {Kind}
 */
function ignorePatterns(list, account) {
  const fields = (/** @type {number} */ n) => ({ pattern: String.raw`https://u${n}\.example/.*`, ...NOTE });
  return {
    create: (n) => list.create({ ...account, ...fields(n) }),
    get: (id) => list.get(id, account),
    edit: (id) => list.edit(id, { ...account, ...fields(901), comments: null }),
    remove: (id) => list.delete(id, account),
    pages: () => list.list({ ...account, page: 1, per_page: 2 }),
  };
}
