"""Names of the vendors, in the secret, in logs and metrics, in keys; and of what they leave in logs."""

from __future__ import annotations

VONAGE = "vonage"
FOXIT = "foxit"
KINTONE = "kintone"
SES = "ses"
GENESYS = "genesys"
BIGQUERY = "bigquery"

# The message of the log line that every finished call of one leaves (telemetry writes it, administration reads it).
VENDOR_CALL = "vendor call"
