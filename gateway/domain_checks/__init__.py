"""What DNS says of the protected domains: SPF, DMARC, and the proof of ownership."""
