"""Gateways to third parties: transport only, no business rules (docs/vendors.md)."""
