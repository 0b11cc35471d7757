// Where shapes.mjs begins to read the SDK's types.
import Cloudflare from "cloudflare";

declare const client: Cloudflare;
export const emailSecurity = client.emailSecurity;
