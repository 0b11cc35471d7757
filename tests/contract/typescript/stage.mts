// What the calls play on. tests/contract/typescript_sdk.py prepares it in the gateway's store.
import type Cloudflare from "cloudflare";

export interface Prepared {
  base_url: string;
  account_id: string;
  write_token: string;
  read_token: string;
  /** Whether the gateway serves no deprecated member any more, and takes none. */
  gone: boolean;
  /** Ids of five delivered messages, the oldest first. */
  paged: string[];
  /** A message that is held and stays so. */
  held: { id: string; postfix_id: string; alert_id: string; message_id: string };
  /** A held message with a picture. */
  whole: string;
  /** A picture in base64, and a delivered message that has it too. */
  picture: string;
  pictured: string;
  /** A held message with files, links and a notice of what was found. */
  rich: string;
  /** Delivered messages; the first to two recipients. */
  delivered: string[];
  delivered_postfix_ids: string[];
  /** A held message to two recipients. */
  waiting: string;
  /** A message that a user reported, and the id of that submission. */
  reported: { id: string; submission_id: string };
  /** The id of the report itself, which is a message too. */
  report: string;
  /** What the team has submitted, judged again by now. */
  judged: string;
  /** Ids of jobs that have ended: a release, and a move. */
  released_job: string;
  moved_job: string;
  phishguard_reports: number;
}

export interface Stage extends Prepared {
  email: Cloudflare["emailSecurity"];
}

/** A setting as the SDK's methods have it, each with the account's id and the fields of entry number n. */
export interface Kind {
  create(n: number): PromiseLike<Entry>;
  get(id: string): PromiseLike<Entry>;
  edit(id: string): PromiseLike<Entry>;
  remove(id: string): PromiseLike<{ id: string }>;
  pages(): AsyncIterable<Entry>;
  find?(n: number): PromiseLike<{ result: Entry[] }>;
  batch?(ids: { gone: string; patched: string; put: string }, n: number): PromiseLike<Batch>;
}

export interface Entry {
  id?: string;
}

export interface Batch {
  deletes?: Entry[];
  patches?: Entry[];
  puts?: Entry[];
  posts?: Entry[];
}
