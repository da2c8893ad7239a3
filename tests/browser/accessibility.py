"""What axe-core finds on a page."""

from __future__ import annotations

from playwright.sync_api import Page

# Axe's rules for these levels; what it calls serious or critical keeps somebody out.
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def violations(page: Page, axe: str) -> list[str]:
    """Each violation as its rule and the element; `axe` is the checker's source."""
    page.evaluate(axe)
    found = page.evaluate("levels => axe.run({runOnly: levels})", LEVELS)
    return [
        f"{item['id']}: {node['html'][:160]}"
        for item in found["violations"]
        if item["impact"] in {"serious", "critical"}
        for node in item["nodes"]
    ]
