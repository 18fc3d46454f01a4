"""axe-core: rules for accessible pages. It is taken from the package axe-playwright-python, without Playwright."""

from importlib.util import find_spec
from pathlib import Path

_package = find_spec("axe_playwright_python")
SOURCE = (Path(_package.origin).parent / "axe.min.js").read_text() if _package else None

RUN = """const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ['violations'] }).then(
    ({ violations }) => done({ result: violations.map(({ id, help, nodes }) =>
        `${id}: ${help}: ${nodes.map(node => node.html.slice(0, 200)).join(' | ')}`) }),
    error => done({ error: String(error) }));"""


def violations(browser):
    """What axe finds wrong with the page as it is shown now, one line for each rule."""
    browser.script(SOURCE)
    return browser.async_script(RUN)
