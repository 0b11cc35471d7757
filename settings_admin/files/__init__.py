"""Import and export of policies as CSV files, in the formats of the Cloudflare dashboard."""
