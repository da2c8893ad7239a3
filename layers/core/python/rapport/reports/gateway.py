"""Where finished reports are kept for a week."""

from __future__ import annotations

from rapport.reports.model import ReportFormat
from rapport.runtime.dynamodb import AwsClient, dependency

LINK_S = 15 * 60
MEDIA_TYPES = {
    ReportFormat.CSV: "text/csv; charset=utf-8",
    ReportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ReportFormat.HTML: "text/html; charset=utf-8",
}


class ReportFiles:
    """Files of reports in the bucket."""

    def __init__(self, client: AwsClient, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def keep(self, key: str, content: bytes, kind: ReportFormat, filename: str) -> None:
        """Store a file under the name by which it will be saved."""
        with dependency("the files bucket"):
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=content,
                ContentType=MEDIA_TYPES[kind],
                ContentDisposition=f'attachment; filename="{filename}"',
            )

    def link(self, key: str) -> str:
        """An address of the file that works for fifteen minutes."""
        with dependency("the files bucket"):
            url: str = self._client.generate_presigned_url(
                "get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=LINK_S
            )
        return url
