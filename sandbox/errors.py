"""Errors of the local run that a person can do something about."""


class SandboxError(Exception):
    """Its message says what is wrong and what to do; it is printed without a stack trace."""
