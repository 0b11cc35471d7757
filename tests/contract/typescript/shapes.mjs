// What the SDK declares of its methods, read from its .d.ts files: the parameters and the answers.

import { fileURLToPath } from "node:url";
import ts from "typescript";

/** @typedef {import("./findings.mjs").Findings} Findings */

const OPTIONS = {
  strict: true,
  exactOptionalPropertyTypes: true,
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  skipLibCheck: true,
};
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/;
const WITHOUT_OFFSET = "ts";

/** The declared types of all methods below `client.emailSecurity`. A method is named as in `investigate.raw.get`. */
export class Shapes {
  constructor() {
    const entry = fileURLToPath(new URL("declared.mts", import.meta.url));
    const program = ts.createProgram([entry], OPTIONS);
    this.checker = program.getTypeChecker();
    const source = program.getSourceFile(entry);
    const file = source && this.checker.getSymbolAtLocation(source);
    const [found] = file ? this.checker.getExportsOfModule(file) : [];
    if (!found) throw new Error("declared.mts exports nothing");
    this.root = this.checker.getTypeOfSymbol(found);
  }

  /** @param {string} method */
  #signature(method) {
    let type = this.root;
    for (const part of method.split(".")) {
      const member = this.checker.getPropertyOfType(type, part);
      if (!member) throw new Error(`the SDK declares no ${method}`);
      type = this.checker.getTypeOfSymbol(member);
    }
    const [signature] = type.getCallSignatures();
    if (!signature) throw new Error(`${method} is declared as something that can't be called`);
    return signature;
  }

  /**
   * The members of the envelope that a method's answer has, with the type of each.
   * @param {string} method
   * @returns {Record<string, ts.Type>}
   */
  envelope(method) {
    const promise = this.checker.getReturnTypeOfSignature(this.#signature(method));
    const [answer] = this.checker.getTypeArguments(/** @type {ts.TypeReference} */ (promise));
    if (!answer) throw new Error(`${method} does not declare what it answers`);
    if (promise.symbol.name !== "PagePromise") return { result: answer };
    /** @type {Record<string, ts.Type>} */
    const members = {};
    for (const name of ["result", "result_info"]) {
      const member = this.checker.getPropertyOfType(answer, name);
      if (member) members[name] = this.checker.getTypeOfSymbol(member);
    }
    return members;
  }

  /**
   * The names of all parameters of a method, those within objects and lists too, as in `search_params.sender`.
   * @param {string} method
   * @param {{ deprecated: boolean }} options whether those that are marked as deprecated count
   * @returns {string[]}
   */
  parameters(method, { deprecated }) {
    const params = this.#signature(method).parameters.find((parameter) => parameter.name === "params");
    return params ? this.#names(this.checker.getTypeOfSymbol(params), "", deprecated) : [];
  }

  /**
   * @param {ts.Type} type
   * @param {string} place
   * @param {boolean} deprecated
   * @returns {string[]}
   */
  #names(type, place, deprecated) {
    if (type.isUnion()) return type.types.flatMap((kind) => this.#names(kind, place, deprecated));
    if (this.checker.isArrayType(type)) return this.#names(this.#element(type), place, deprecated);
    if (!(type.flags & ts.TypeFlags.Object)) return [];
    return this.checker.getPropertiesOfType(type).flatMap((member) => {
      if (!deprecated && this.#isDeprecated(member)) return [];
      const name = place + member.name;
      return [name, ...this.#names(this.checker.getTypeOfSymbol(member), `${name}.`, deprecated)];
    });
  }

  /** @param {ts.Symbol} member */
  #isDeprecated(member) {
    return member.getJsDocTags(this.checker).some((tag) => tag.name === "deprecated");
  }

  /** @param {ts.Type} type */
  #element(type) {
    const [element] = this.checker.getTypeArguments(/** @type {ts.TypeReference} */ (type));
    if (!element) throw new Error("a list of nothing");
    return element;
  }

  /**
   * Compare a value with a type, member by member, and tell `findings` of every difference.
   * @param {ts.Type} type
   * @param {unknown} value
   * @param {string} place
   * @param {Findings} findings
   */
  compare(type, value, place, findings) {
    const { flags } = type;
    if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return;
    if (type.isUnion()) return this.#compareWithUnion(type, value, place, findings);
    if (flags & ts.TypeFlags.Object && value !== null && typeof value === "object") {
      if (!this.checker.isArrayType(type)) return this.#compareMembers(type, value, place, findings);
      if (!Array.isArray(value)) return findings.wrong(place, "is no list");
      return value.forEach((entry, at) => this.compare(this.#element(type), entry, `${place}[${at}]`, findings));
    }
    if (!this.#isPlain(type, value)) findings.wrong(place, `is ${text(value)}, not ${this.checker.typeToString(type)}`);
  }

  /**
   * @param {ts.Type} type
   * @param {unknown} value
   */
  #isPlain(type, value) {
    if (type.isStringLiteral() || type.isNumberLiteral()) return type.value === value;
    if (type.flags & ts.TypeFlags.BooleanLiteral) return this.checker.typeToString(type) === String(value);
    if (type.flags & ts.TypeFlags.String) return typeof value === "string";
    if (type.flags & ts.TypeFlags.Number) return typeof value === "number" && Number.isFinite(value);
    return Boolean(type.flags & ts.TypeFlags.Null) && value === null;
  }

  /**
   * A value keeps to one of several types; else what is said is what speaks against the type that it is nearest to.
   * @param {ts.UnionType} type
   * @param {unknown} value
   * @param {string} place
   * @param {Findings} findings
   */
  #compareWithUnion(type, value, place, findings) {
    const objects = type.types.filter((kind) => kind.flags & ts.TypeFlags.Object);
    if (value === null || typeof value !== "object" || objects.length === 0) {
      if (!type.types.some((kind) => this.#isPlain(kind, value)))
        findings.wrong(place, `is ${text(value)}, not ${this.checker.typeToString(type)}`);
      return;
    }
    const tried = objects.map((kind) => {
      const mine = findings.anew();
      this.compare(kind, value, place, mine);
      return mine;
    });
    const [nearest] = tried.sort((one, other) => one.count - other.count);
    if (nearest) findings.take(nearest);
  }

  /**
   * @param {ts.Type} type
   * @param {object} value
   * @param {string} place
   * @param {Findings} findings
   */
  #compareMembers(type, value, place, findings) {
    if (Array.isArray(value)) return findings.wrong(place, "is a list");
    const given = new Map(Object.entries(value));
    for (const member of this.checker.getPropertiesOfType(type)) {
      const where = `${place}.${member.name}`;
      const deprecated = this.#isDeprecated(member);
      if (!given.has(member.name)) {
        const optional = Boolean(member.flags & ts.SymbolFlags.Optional);
        findings.missing(where, { optional, deprecated });
        continue;
      }
      findings.seen(where, { deprecated });
      const own = given.get(member.name);
      this.compare(this.checker.getTypeOfSymbol(member), own, where, findings);
      if (isMoment(member.name) && typeof own === "string") compareMoment(member.name, own, where, findings);
      given.delete(member.name);
    }
    const others = this.checker.getIndexInfoOfType(type, ts.IndexKind.String);
    for (const [name, entry] of given) {
      if (others) this.compare(others.type, entry, `${place}.${name}`, findings);
      else findings.extra(`${place}.${name}`);
    }
  }
}

/** @param {string} name */
function isMoment(name) {
  return /(_at|_timestamp|^timestamp|^ts|^last_modified|^retry_after)$/.test(name);
}

/**
 * @param {string} name
 * @param {string} moment
 * @param {string} place
 * @param {Findings} findings
 */
function compareMoment(name, moment, place, findings) {
  const [, , offset] = MOMENT.exec(moment) ?? [];
  const reads = MOMENT.test(moment) && !Number.isNaN(Date.parse(moment));
  if (!reads || (name !== WITHOUT_OFFSET && !offset)) findings.wrong(place, `is ${text(moment)}, which is no moment`);
}

/** @param {unknown} value */
function text(value) {
  const whole = JSON.stringify(value) ?? String(value);
  return whole.length > 60 ? `${whole.slice(0, 60)}…` : whole;
}
