"""Names of the vendors: in the secret, in logs and metrics, in keys."""

from __future__ import annotations

VONAGE = "vonage"
FOXIT = "foxit"
KINTONE = "kintone"
SES = "ses"
GENESYS = "genesys"
BIGQUERY = "bigquery"
