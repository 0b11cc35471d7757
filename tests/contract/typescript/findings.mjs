// What comparisons of answers with the SDK's types find.

/** What a comparison found. With `gone`, members that are marked as deprecated have to be missing. */
export class Findings {
  /** @param {{ gone: boolean }} options */
  constructor({ gone }) {
    this.gone = gone;
    /** @type {Set<string>} */
    this.mistakes = new Set();
    /** Members that the SDK doesn't declare.
     * @type {Set<string>} */
    this.extras = new Set();
    /** Members that the SDK declares, by whether they ever came.
     * @type {Map<string, boolean>} */
    this.members = new Map();
  }

  get count() {
    return this.mistakes.size + this.extras.size;
  }

  anew() {
    return new Findings({ gone: this.gone });
  }

  /** @param {Findings} others */
  take(others) {
    for (const mistake of others.mistakes) this.mistakes.add(mistake);
    for (const extra of others.extras) this.extras.add(extra);
    for (const [place, came] of others.members) this.members.set(place, came || this.members.get(place) === true);
  }

  /**
   * @param {string} place
   * @param {string} what
   */
  wrong(place, what) {
    this.mistakes.add(`${anywhere(place)} ${what}`);
  }

  /**
   * @param {string} place
   * @param {{ optional: boolean, deprecated: boolean }} kind
   */
  missing(place, { optional, deprecated }) {
    if (!optional && !(this.gone && deprecated)) this.wrong(place, "is missing");
    if (!(this.gone && deprecated) && !this.members.has(anywhere(place))) this.members.set(anywhere(place), false);
  }

  /**
   * @param {string} place
   * @param {{ deprecated: boolean }} kind
   */
  seen(place, { deprecated }) {
    if (this.gone && deprecated) this.wrong(place, "is deprecated, and still served");
    this.members.set(anywhere(place), true);
  }

  /** @param {string} place */
  extra(place) {
    this.extras.add(anywhere(place));
  }
}

/** @param {string} place */
function anywhere(place) {
  return place.replaceAll(/\[\d+\]/g, "[]");
}
