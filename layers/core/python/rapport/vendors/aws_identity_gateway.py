"""The function's own AWS role as a signed GetCallerIdentity request, for somebody else to send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import Session

from rapport.runtime.errors import ConfigurationError

# Google binds the request to the provider that it is meant for by this signed header.
TARGET = "x-goog-cloud-target-resource"


@dataclass(frozen=True, slots=True)
class AwsCallerIdentity:
    """Implements `CallerIdentity` with the credentials that Lambda gives the function."""

    session: Session
    region: str

    def signed_request(self, audience: str) -> dict[str, Any]:
        """The request as Google's STS takes it. It is good for 15 minutes, as every signature of version 4."""
        credentials = self.session.get_credentials()
        if credentials is None:
            raise ConfigurationError("the function has no AWS credentials")
        host = f"sts.{self.region}.amazonaws.com"
        url = f"https://{host}?Action=GetCallerIdentity&Version=2011-06-15"
        request = AWSRequest(method="POST", url=url, headers={"host": host, TARGET: audience})
        SigV4Auth(credentials.get_frozen_credentials(), "sts", self.region).add_auth(request)
        headers = [{"key": key, "value": value} for key, value in request.headers.items()]
        return {"url": url, "method": "POST", "headers": headers}
