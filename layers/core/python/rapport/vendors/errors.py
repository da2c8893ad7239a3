"""What a third party did to us. A vendor's failure is never the customer's, unless a refusal names a field."""

from __future__ import annotations

from http import HTTPStatus

from rapport.runtime.errors import RapportError


class VendorError(RapportError):
    """`vendor` and `operation` say whose; `code` is the vendor's own, where it gave one."""

    kind, status, title = "vendor-error", HTTPStatus.BAD_GATEWAY, "A third party failed"

    def __init__(
        self, detail: str, *, vendor: str, operation: str, code: str | None = None, field: str | None = None
    ) -> None:
        super().__init__(detail, field=field)
        self.vendor = vendor
        self.operation = operation
        self.code = code


class VendorUnavailable(VendorError):  # noqa: N818 - a state of the vendor, named so by every caller
    """Time-out, 5xx, circuit open, or still 429 after the retries: worth trying later.

    `ambiguous` says that the vendor may have done what was asked although no answer came.
    """

    kind, status, title = "vendor-unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "A third party is unavailable"

    def __init__(
        self, detail: str, *, vendor: str, operation: str, code: str | None = None, ambiguous: bool = False
    ) -> None:
        super().__init__(detail, vendor=vendor, operation=operation, code=code)
        self.ambiguous = ambiguous


class VendorRefused(VendorError):  # noqa: N818
    """Asking again will not change the answer. `detail` is ours and safe to show; `reference` is what the vendor
    named beside its refusal, such as the verification that already runs for a number.
    """

    kind, status, title = "vendor-refused", HTTPStatus.UNPROCESSABLE_ENTITY, "A third party refused"

    def __init__(
        self,
        detail: str,
        *,
        vendor: str,
        operation: str,
        code: str | None = None,
        field: str | None = None,
        reference: str | None = None,
    ) -> None:
        super().__init__(detail, vendor=vendor, operation=operation, code=code, field=field)
        self.reference = reference


class VendorMisconfigured(VendorError):  # noqa: N818
    """Credentials, permissions or an address of ours are wrong: nobody but an operator can help."""

    kind, status, title = "vendor-misconfigured", HTTPStatus.SERVICE_UNAVAILABLE, "A third party refuses our account"
