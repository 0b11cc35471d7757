// The SDK's email security, watched: which methods are called with what, and what comes back over the wire.

import { APIResource } from "cloudflare/core/resource.mjs";
import { Findings } from "./findings.mjs";
import { Shapes } from "./shapes.mjs";

/** Notes all calls, and compares every answer with what the SDK declares of the method that was called last. */
export class Watch {
  /** @param {{ gone: boolean }} options */
  constructor({ gone }) {
    this.shapes = new Shapes();
    this.findings = new Findings({ gone });
    /** @type {Map<string, Set<string>>} */
    this.given = new Map();
    this.answers = 0;
    this.method = "";
  }

  /**
   * The resource, with each of its methods noted when it is called.
   * @template {object} Resource
   * @param {Resource} resource
   * @param {string} place
   * @returns {Resource}
   */
  on(resource, place = "") {
    return new Proxy(resource, {
      get: (target, key) => {
        const found = Reflect.get(target, key);
        if (found instanceof APIResource) return this.on(found, `${place}${String(key)}.`);
        if (typeof found !== "function") return found;
        return (/** @type {unknown[]} */ ...call) => {
          this.#note(place + String(key), call);
          return found.apply(target, call);
        };
      },
    });
  }

  /**
   * @param {string} method
   * @param {unknown[]} call
   */
  #note(method, call) {
    this.method = method;
    const known = this.given.get(method) ?? new Set();
    this.given.set(method, known);
    for (const argument of call) for (const name of names(argument, "")) known.add(name);
  }

  /**
   * Take this as the SDK's fetch: it fetches, and compares what comes.
   * @param {string | URL | Request} url
   * @param {RequestInit} [init]
   */
  fetch = async (url, init) => {
    const response = await fetch(url, init);
    this.#compare(response.status, await response.clone().json());
    return response;
  };

  /**
   * @param {number} status
   * @param {any} body
   */
  #compare(status, body) {
    this.answers += 1;
    const { findings, method } = this;
    const good = status < 400;
    if (body.success !== good) findings.wrong(`${method}: success`, `is ${body.success} with ${status}`);
    for (const list of ["errors", "messages"]) {
      if (!Array.isArray(body[list])) findings.wrong(`${method}: ${list}`, "is no list");
      for (const { code, message } of body[list] ?? [])
        if (typeof code !== "number" || typeof message !== "string") findings.wrong(`${method}: ${list}`, "is no list of errors");
    }
    if (!good) return body.errors?.length || findings.wrong(`${method}: errors`, `is empty with ${status}`);
    for (const [name, type] of Object.entries(this.shapes.envelope(method))) {
      if (name in body) this.shapes.compare(type, body[name], `${method}: ${name}`, findings);
      else findings.wrong(`${method}: ${name}`, "is missing");
    }
  }

  /**
   * Which methods the resource has that nobody called, and which of their parameters nobody gave.
   * @param {object} resource
   * @returns {string[]}
   */
  neglected(resource) {
    return methods(resource, "").flatMap((method) => {
      const given = this.given.get(method);
      if (!given) return [`nobody calls ${method}`];
      const left = this.shapes.parameters(method, { deprecated: !this.findings.gone }).filter((name) => !given.has(name));
      return left.map((name) => `nobody gives ${name} to ${method}`);
    });
  }
}

/**
 * The names of all methods of a resource and of the resources below it.
 * @param {object} resource
 * @param {string} place
 * @returns {string[]}
 */
export function methods(resource, place) {
  const own = [];
  for (let kind = Object.getPrototypeOf(resource); kind !== APIResource.prototype; kind = Object.getPrototypeOf(kind))
    own.push(...Object.getOwnPropertyNames(kind).filter((name) => name !== "constructor"));
  const below = Object.entries(resource).filter(([name, part]) => part instanceof APIResource && !name.startsWith("_"));
  return [...own.map((name) => place + name), ...below.flatMap(([name, part]) => methods(part, `${place}${name}.`))];
}

/**
 * @param {unknown} value
 * @param {string} place
 * @returns {string[]}
 */
function names(value, place) {
  if (Array.isArray(value)) return value.flatMap((entry) => names(entry, place));
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, part]) => [place + name, ...names(part, `${place}${name}.`)]);
}
