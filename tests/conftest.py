"""What all tests share: which database, and skips that become failures where everything must run."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlcipher", "postgresql"),
        default="sqlcipher",
        help="the database the integration tests run on",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """With AIGAQ_REQUIRE_ALL=1 a skip is a failure; data outside the project and extras may be absent."""
    report = yield
    if report.skipped and os.environ.get("AIGAQ_REQUIRE_ALL") == "1":
        reason = str(report.longrepr)
        may_be_absent = "../shared" in reason or "(extra aigaq[" in reason
        if not may_be_absent and not hasattr(report, "wasxfail"):
            report.outcome = "failed"
            report.longrepr = f"skipped although everything is required here: {reason}"
    return report


@pytest.fixture(scope="module")
def browser():
    """System Chromium. One module at a time: Playwright's loop must not run while Django's tests do."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not installed (Debian: chromium)")
    quiet = (
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
    )
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=quiet)
        yield opened
        opened.close()
