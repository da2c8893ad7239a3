"""What a turn says, in English and Japanese: sentiment, intents, payment phrases. Our own word lists."""

from rapport.calls.language.analysis import Analysis, analyse

__all__ = ["Analysis", "analyse"]
