"""The rules of WCAG 2.2 AA, checked by axe inside the page; nothing is fetched for it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Rules = dict[str, str | list[str]]

ALL: Rules = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# All that can differ where only colours do.
OF_COLOUR: Rules = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}


def violations(page: Page, rules: Rules = ALL) -> list[str]:
    """Each violation as rule, place and what is wrong; none where the page keeps the rules."""
    # Straight from the page: axe's own wrapper would load its script anew for every width and colour.
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate(
        """rules => axe.run({runOnly: rules, resultTypes: ["violations"]}).then(result => result.violations)""",
        rules,
    )
    return [
        f"{violation['id']} at {node['target'][0]}: {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]
