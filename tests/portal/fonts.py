"""The fonts that people have: views hold in each, whichever this machine has."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, BrowserType, Page

from tests.house.tree import ROOT

CHROMIUM = "/usr/bin/chromium"
NPM = ROOT / "tests" / "npm" / "node_modules"
FONTS = {
    "DejaVu Sans": NPM / "dejavu-fonts-ttf" / "ttf",
    "Noto Sans": NPM / "@expo-google-fonts" / "noto-sans",
    "Arimo": NPM / "@expo-google-fonts" / "arimo",
}
"""By family: a desktop's usual one and the widest; Android's kind; as wide as Arial, letter by letter."""

CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <match target="pattern">
    <edit name="family" mode="append" binding="strong"><string>{family}</string></edit>
  </match>
</fontconfig>
"""


@contextmanager
def chromium_with(chromium: BrowserType, family: str) -> Iterator[Browser]:
    """Debian's Chromium without a head, on a machine with one family of fonts."""
    with TemporaryDirectory(prefix="xeploai-") as folder:
        path = Path(folder) / "fonts.conf"
        path.write_text(
            CONFIGURATION.format(fonts=FONTS[family], cache=folder, family=family), encoding="utf-8"
        )
        browser = chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox"],  # the tests may run as root, and visit only pages of the service
            env={**os.environ, "FONTCONFIG_FILE": str(path)},
        )
        yield browser
        browser.close()


def is_drawn_in(page: Page, family: str) -> bool:
    """Whether the browser really draws the page's title in the family (or a weight of it, a family by name)."""
    session = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        session.send(f"{domain}.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": "h1"})["nodeId"]
    drawn = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    session.detach()
    return {font["familyName"].removesuffix(" SemiBold") for font in drawn} == {family}
