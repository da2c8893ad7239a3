"""Deployment settings, read from CDK context once and passed down."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from aws_cdk import App
from aws_cdk import aws_lambda as lambda_

from tools.build import TARGETS

# From these amounts on a fraud decision takes two people; a currency that is not named always does.
FOUR_EYES_AMOUNTS = '{"EUR": 2000, "GBP": 2000, "JPY": 300000, "USD": 2000}'


class TargetName(StrEnum):
    """`aws` is the real thing; `local` is the same stacks on the emulator of the sandbox."""

    AWS = "aws"
    LOCAL = "local"


@dataclass(frozen=True, kw_only=True)
class VendorAddresses:
    """Where the vendors are, and who e-mails come from. The real hosts unless the context says otherwise; locally the
    sandbox's front door.
    """

    vonage_api_url: str
    vonage_video_url: str
    foxit_url: str
    kintone_url: str
    openai_url: str
    genesys_url: str
    bigquery_url: str
    google_sts_url: str
    google_iam_url: str
    email_sender: str


# Context key: the real vendor's address, and the sandbox's below the front door. A Kintone domain is the tenant's own.
VENDOR_HOSTS = {
    "vonageApiUrl": ("https://api.nexmo.com", "vonage"),
    "vonageVideoUrl": ("https://video.api.vonage.com", "vonage"),
    "foxitUrl": ("https://na1.fusion.foxit.com", "foxit"),
    "kintoneUrl": ("https://example.cybozu.com", "kintone"),
    "openaiUrl": ("https://api.openai.com", "openai"),
    "bigQueryUrl": ("https://bigquery.googleapis.com", "bigquery"),
    "googleStsUrl": ("https://sts.googleapis.com", "bigquery"),
    "googleIamUrl": ("https://iamcredentials.googleapis.com", "bigquery"),
}


# The application that agents work in, by region of Genesys Cloud (rapport.vendors.genesys.REGIONS).
GENESYS_FRAMES = {
    region: f"apps.{region}"
    for region in (
        "mypurecloud.com", "mypurecloud.ie", "mypurecloud.de", "mypurecloud.com.au", "mypurecloud.jp",
        "usw2.pure.cloud", "cac1.pure.cloud", "euw2.pure.cloud", "aps1.pure.cloud", "sae1.pure.cloud",
        "mec1.pure.cloud", "apne2.pure.cloud", "apne3.pure.cloud", "euc2.pure.cloud", "mxc1.pure.cloud",
        "apse1.pure.cloud", "edee1.eusc-pure.cloud",
    )
}  # fmt: skip


DAY_S = 86_400
# How long onboarding waits for what. Context keys: codeTimeoutSeconds, videoTimeoutSeconds, ...
ONBOARDING_TIMEOUTS = {
    "code": DAY_S,
    "video": 14 * DAY_S,
    "signature": 14 * DAY_S,
    "review": 14 * DAY_S,
    "help": 14 * DAY_S,
}

# Codes are sent to mobile numbers of these countries.
SMS_COUNTRIES = "DE,FR,GB,JP,US"
# Codes a day, and failures of one address in a quarter of an hour. Context keys: smsPerNumber, smsPerBlock, ...
ABUSE_LIMITS = {
    "sms_per_number": 5,
    "sms_per_block": 20,
    "sms_per_address": 20,
    "sms_per_day": 2000,
    "failures_per_address": 50,
}
# On one machine everybody has the same address.
LOCAL_LIMITS = {"sms_per_block": 200, "sms_per_address": 1000, "failures_per_address": 300}


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """How this deployment differs from any other. Everything else is the same everywhere.

    `emulator_url` is set for the local target only. `connect_instance_arn` switches the Connect stack on.
    `training_image` is the container (Python 3.12, pip) in which SageMaker trains what is too large here.
    `ai_daily_budget` is micro-USD per AI feature and day.
    """

    target: TargetName
    emulator_url: str | None
    connect_instance_arn: str | None
    alarm_email: str | None
    segment_shards: int
    intelligence_shards: int
    log_level: str
    vendors: VendorAddresses
    bank_name: str
    console_url: str
    kintone_app: str
    kintone_calls_app: str
    genesys_frames: str
    onboarding_timeouts: dict[str, int]
    onboarding_code_apart_s: int
    sms_countries: str
    abuse_limits: dict[str, int]
    band_high: int
    band_medium: int
    case_hours_high: int
    case_hours_medium: int
    case_hours_low: int
    recommendation_experiment: str
    recommendation_holdout_percent: int
    recommendation_outcome_days: int
    recommendation_minimum: int
    trend_utc_offset_h: int
    four_eyes_amounts: str
    training_image: str | None = None
    openai_model: str
    ai_daily_budget: int

    @property
    def is_local(self) -> bool:
        return self.target is TargetName.LOCAL

    @property
    def architecture(self) -> lambda_.Architecture:
        return lambda_.Architecture.X86_64 if self.is_local else lambda_.Architecture.ARM_64

    @property
    def build_root(self) -> Path:
        """Where `tools.build` put the artefacts of this target."""
        return TARGETS[self.target.value]().root

    @classmethod
    def from_context(cls, app: App) -> Deployment:
        """Read and check the context; a wrong value stops the synth with a plain message."""

        def text(name: str) -> str | None:
            value = app.node.try_get_context(name)
            return str(value) if value not in (None, "") else None

        def number(name: str, default: int) -> int:
            value = text(name)
            if value is not None and not value.isdecimal():
                raise ValueError(f"context {name} must be a whole number, not {value!r}")
            return int(value) if value is not None else default

        def vendor(name: str) -> str:
            real, sandbox = VENDOR_HOSTS[name]
            found = text(name) or (f"{door}/sandbox/{sandbox}" if target is TargetName.LOCAL else real)
            if not found.startswith("https://") and target is not TargetName.LOCAL:
                raise ValueError(f"context {name} must be an https address, not {found!r}")
            return found

        target = TargetName(text("target") or "aws")
        port = number("emulatorPort", 4566)
        door = f"http://127.0.0.1:{number('frontDoorPort', 8080)}"
        return cls(
            target=target,
            emulator_url=f"http://127.0.0.1:{port}" if target is TargetName.LOCAL else None,
            connect_instance_arn=text("connectInstanceArn"),
            alarm_email=text("alarmEmail"),
            segment_shards=number("segmentShards", 1),
            intelligence_shards=number("intelligenceShards", 1),
            log_level=text("logLevel") or "INFO",
            vendors=VendorAddresses(
                vonage_api_url=vendor("vonageApiUrl"),
                vonage_video_url=vendor("vonageVideoUrl"),
                foxit_url=vendor("foxitUrl"),
                kintone_url=vendor("kintoneUrl"),
                openai_url=vendor("openaiUrl"),
                # Genesys' hosts are a list in the code: no context can send agents elsewhere.
                genesys_url=f"{door}/sandbox/genesys" if target is TargetName.LOCAL else "",
                bigquery_url=vendor("bigQueryUrl"),
                google_sts_url=vendor("googleStsUrl"),
                google_iam_url=vendor("googleIamUrl"),
                email_sender=text("emailSender") or "no-reply@example.com",
            ),
            bank_name=text("bankName") or "Rapport Bank",
            console_url=text("consoleUrl") or (door if target is TargetName.LOCAL else "https://example.com"),
            kintone_app=text("kintoneApp") or "1",
            kintone_calls_app=text("kintoneCallsApp") or "2",
            genesys_frames=frames(text("genesysRegion")),
            onboarding_timeouts={
                what: number(f"{what}TimeoutSeconds", seconds) for what, seconds in ONBOARDING_TIMEOUTS.items()
            },
            onboarding_code_apart_s=number("codeApartSeconds", 30),
            sms_countries=text("smsCountries") or SMS_COUNTRIES,
            abuse_limits={
                what: number(camel(what), (LOCAL_LIMITS if target is TargetName.LOCAL else {}).get(what, most))
                for what, most in ABUSE_LIMITS.items()
            },
            band_high=number("bandHigh", 70),
            band_medium=number("bandMedium", 40),
            case_hours_high=number("caseHoursHigh", 4),
            case_hours_medium=number("caseHoursMedium", 24),
            case_hours_low=number("caseHoursLow", 72),
            recommendation_experiment=text("recommendationExperiment") or "first",
            recommendation_holdout_percent=number("recommendationHoldoutPercent", 10),
            recommendation_outcome_days=number("recommendationOutcomeDays", 28),
            recommendation_minimum=number("recommendationMinimum", 100),
            trend_utc_offset_h=_offset(text("trendUtcOffsetHours") or "9"),
            four_eyes_amounts=text("fourEyesAmounts") or FOUR_EYES_AMOUNTS,
            training_image=text("trainingImage"),
            openai_model=text("openaiModel") or "gpt-4.1-mini",
            ai_daily_budget=number("aiDailyBudget", 2_000_000),
        )


def _offset(value: str) -> int:
    """Hours ahead of UTC."""
    if not value.removeprefix("-").isdecimal() or not -12 <= int(value) <= 14:
        raise ValueError(f"context trendUtcOffsetHours must be a whole number from -12 to 14, not {value!r}")
    return int(value)


def frames(region: str | None) -> str:
    """Who may show the assistant in a frame: the applications of one Genesys region, or nobody."""
    if region is None:
        return "'none'"
    if region not in GENESYS_FRAMES:
        raise ValueError(f"context genesysRegion must be one of {', '.join(sorted(GENESYS_FRAMES))}, not {region!r}")
    return f"https://{GENESYS_FRAMES[region]}"


def camel(name: str) -> str:
    """A context key: `sms_per_day` is `smsPerDay`."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
