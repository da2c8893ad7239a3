"""Onboarding: an application from first contact to active customer."""
