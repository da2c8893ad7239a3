"""Rules of the second opinion on fraud: signals add points; the points and the model's probability name the concern."""

# ruff: noqa: E501 - sentences and phrase lists read better unwrapped
from __future__ import annotations

from rapport.ai.contexts import FraudContext
from rapport.ai.results import FraudOpinion
from rapport.ai.rules import Ruled

# Points, what is said of the signal, what a person should check.
_SIGNALS: dict[str, tuple[int, dict[str, tuple[str, str]]]] = {
    "shared_device": (3, {
        "en": ("Several applications came from this device within a day.", "Compare the applications of this device."),
        "ja": ("この端末から1日に複数の申し込みがありました。", "同じ端末からの申し込みを比較してください。")}),
    "shared_phone": (3, {
        "en": ("Several applications used this phone number within a day.", "Call the number and ask for each applicant."),
        "ja": ("この電話番号で1日に複数の申し込みがありました。", "電話をかけ、申込者を確認してください。")}),
    "name_differs": (4, {
        "en": ("The name differs from the document.", "Look at the document together with the customer by video."),
        "ja": ("氏名が書類と一致しません。", "ビデオ通話でお客様と一緒に書類を確認してください。")}),
    "disposable_email": (2, {
        "en": ("The e-mail address is a disposable one.", "Ask for an address that the customer keeps."),
        "ja": ("使い捨てのメールアドレスです。", "継続して使うアドレスを尋ねてください。")}),
    "voip": (1, {
        "en": ("The phone number is an internet number.", "Ask for a mobile number of the customer's own."),
        "ja": ("電話番号がIP電話です。", "ご本人名義の携帯電話番号を尋ねてください。")}),
    "countries_differ": (2, {
        "en": ("Phone, address and network are in different countries.", "Ask whether the customer is travelling."),
        "ja": ("電話番号・住所・接続元の国が異なります。", "旅行中かどうか尋ねてください。")}),
    "too_fast": (2, {
        "en": ("The form was filled in faster than a person types.", "Look for other applications filled in as fast."),
        "ja": ("人の入力より速くフォームが入力されました。", "同様に速い申し込みがないか確認してください。")}),
}  # fmt: skip
_NOTHING = {"en": "None of the signals looked at is present.", "ja": "確認した兆候はいずれも見られません。"}
_MODEL = {
    "en": "The fraud model sees a {level} probability.",
    "ja": "不正検知モデルの確率は{level}です。",
}
_LEVELS = {"en": ("low", "medium", "high"), "ja": ("低い水準", "中程度", "高い水準")}
SERIOUS, CLOSER = 5, 2


def answer(context: FraudContext) -> Ruled:
    """An opinion; the worse of the signals and the model's probability wins."""
    held = [name for name, holds in _holds(context).items() if holds]
    points = sum(_SIGNALS[name][0] for name in held)
    by_signals = 2 if points >= SERIOUS else 1 if points >= CLOSER else 0
    probability = context.model_probability
    by_model = None if probability is None else 2 if probability >= 0.7 else 1 if probability >= 0.3 else 0
    level = max(by_signals, by_model or 0)
    language = context.language
    said = [_SIGNALS[name][1][language] for name in held]
    explanations = [explanation for explanation, _ in said] or [_NOTHING[language]]
    if by_model is not None:
        explanations.insert(0, _MODEL[language].format(level=_LEVELS[language][by_model]))
    opinion = FraudOpinion(
        opinion=("no_concern", "look_closer", "serious_concern")[level],
        explanations=explanations[:8],
        checks=[check for _, check in said][:6],
        agrees_with_model=None if by_model is None else by_model == level,
        confidence=0.7 if by_model is None or by_model == by_signals else 0.45,
    )
    return Ruled(opinion, tuple(f"fraud.{name}" for name in held) or ("fraud.no_signal",))


def _holds(context: FraudContext) -> dict[str, bool]:
    countries = {context.phone_country, context.address_country, context.network_country} - {None}
    return {
        "shared_device": context.applications_same_device_24h > 2,
        "shared_phone": context.applications_same_phone_24h > 1,
        "name_differs": context.name_matches_document is False,
        "disposable_email": context.disposable_email,
        "voip": context.phone_kind == "voip",
        "countries_differ": len(countries) > 1,
        "too_fast": context.seconds_to_fill is not None and context.seconds_to_fill < 15,
    }
