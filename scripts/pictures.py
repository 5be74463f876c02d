"""Make the pictures in docs/pictures from the built-in sample: page, job summary, workbook.

In addition to the development environment, this needs Chromium, LibreOffice Calc and Poppler (on
Debian: chromium, libreoffice-calc, poppler-utils, fonts-noto-core). The sample and its time are
fixed, so the same code makes the same pictures, apart from the machine's fonts.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from copilot_seat_report.files.summary import artifact_links
from tests.github_markdown import to_html

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
MERMAID = ROOT / "tests" / "node_modules" / "mermaid" / "dist" / "mermaid.min.js"
REPORT_TIME = "1793599200"  # Monday, 2 November 2026, 06:00 UTC
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"]

# Like GitHub's own pages, so that the picture shows what a reader will see.
STYLE = """
body { margin: 0; background: #fff; color: #1f2328;
  font: 14px/1.5 "Noto Sans", "DejaVu Sans", sans-serif; }
main { max-width: 980px; margin: 24px auto; border: 1px solid #d1d9e0; border-radius: 6px;
  padding: 8px 32px 24px; }
h1, h2 { border-bottom: 1px solid #d1d9e0; padding-bottom: .3em; margin: 24px 0 16px;
  font-weight: 600; line-height: 1.25; }
h1 { font-size: 2em; } h2 { font-size: 1.5em; }
p, ul, ol, table, pre, blockquote, details { margin: 0 0 16px; }
a { color: #0969da; }
code { background: #818b981f; border-radius: 6px; padding: .2em .4em;
  font: 85% "Noto Sans Mono", "DejaVu Sans Mono", monospace; }
blockquote { border-left: .25em solid #d1d9e0; color: #59636e; padding: 0 1em; }
table { border-collapse: collapse; display: block; width: max-content; max-width: 100%;
  overflow: auto; }
th, td { border: 1px solid #d1d9e0; padding: 6px 13px; }
tr:nth-child(2n) td { background: #f6f8fa; }
pre.mermaid svg { display: block; margin: 0 auto; max-width: 640px !important; }
"""


def main() -> None:
    """Run the sample, and take the pictures of what it writes."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        report = run_sample(folder)
        program = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        picture_page(browser, report / "report.html")
        picture_summary(browser, report / "summary.md")
        browser.close()
        picture_workbook(report / "report.xlsx", folder)


def run_sample(folder: Path) -> Path:
    """Make the sample's report in a folder in that folder."""
    subprocess.run(
        [sys.executable, ROOT / "entrypoint.py", "--sample=true", "--output-directory=report"],
        cwd=folder,
        env={**os.environ, "SOURCE_DATE_EPOCH": REPORT_TIME},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return folder / "report"


def picture_page(browser: Browser, path: Path) -> None:
    """Take the page's top in light, dark and on a phone, and the table of people."""
    size = {"width": 1280, "height": 1400}
    for name, options, address in (
        ("report-light", {"viewport": size, "color_scheme": "light"}, ""),
        ("report-dark", {"viewport": size, "color_scheme": "dark"}, ""),
        ("report-people", {"viewport": {**size, "height": 900}}, "#people"),
        ("report-phone", {"viewport": {"width": 390, "height": 844}}, ""),
    ):
        page = browser.new_page(**options)
        page.goto(path.as_uri())
        if address:
            page.locator(address).evaluate("element => element.scrollIntoView()")
        page.screenshot(path=PICTURES / f"{name}.png")
        page.close()


def summary_page(markdown: str, theme: str = "default") -> str:
    """Return the summary as a page, its charts drawn by mermaid when `window.drawn` is settled."""
    html = to_html(markdown).replace('<pre lang="mermaid"><code>', '<pre class="mermaid"><code>')
    return (
        f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style><main>{html}</main>'
        f"<script>{MERMAID.read_text(encoding='utf-8')}</script><script>"
        "for (const chart of document.querySelectorAll('pre.mermaid'))"
        " chart.textContent = chart.textContent;"
        f"mermaid.initialize({{ startOnLoad: false, theme: '{theme}' }});"
        "window.drawn = mermaid.run()</script>"
    )


def picture_summary(browser: Browser, path: Path) -> None:
    page = browser.new_page(viewport={"width": 1100, "height": 1000})
    summary = path.read_text(encoding="utf-8")
    page.set_content(summary_page(f"{artifact_links('#zip', '#page')}\n\n{summary}"))
    page.evaluate("window.drawn")
    page.screenshot(path=PICTURES / "summary.png")
    page.close()


def picture_workbook(path: Path, folder: Path) -> None:
    """Print the workbook as LibreOffice shows it: the overview, and the first idle people."""
    profile = f"-env:UserInstallation={(folder / 'libreoffice').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, path],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    for name, page, density, crop in (
        ("workbook-overview", "1", "110", (60, 60, 1120, 800)),
        ("workbook-people", "4", "150", (90, 90, 1560, 560)),
    ):
        x, y, width, height = map(str, crop)
        subprocess.run(
            [
                *("pdftoppm", "-png", "-singlefile", "-r", density, "-f", page, "-l", page),
                *("-x", x, "-y", y, "-W", width, "-H", height),
                *(folder / "report.pdf", PICTURES / name),
            ],
            check=True,
        )


if __name__ == "__main__":
    main()
