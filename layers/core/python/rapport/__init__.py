"""Rapport's domain: one package per context, `runtime` beneath them all."""
