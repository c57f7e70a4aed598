# SPDX-License-Identifier: Apache-2.0
"""Who takes the demo's tour: a browser at a desk or on a phone that looks at every page and keeps pictures when they are wanted."""

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, expect

from anlan.config.demo_pictures import picture_of
from anlan.web.look.tour import STOPS
from tests.journeys.people import faults_of

COLOURS = 128
LARGEST = 150_000


@dataclass
class Guest:
    """Who takes the tour: a page at a desk or on a phone, and where pictures go."""

    page: Page
    pictures: Path | None
    found: list[str] = field(default_factory=list)

    def begin(self, n: int) -> None:
        """From the page of all stops, by the first button of one."""
        self.page.goto("/demo/")
        self.page.locator(f"#stop-{n} button").first.click()
        self.at(n)

    def on(self, n: int) -> None:
        """By the button that leads on, and what the line on top then says."""
        self.page.locator("button.anlan-stop__on").click()
        self.at(n)

    def at(self, n: int) -> None:
        told = self.page.locator(".anlan-stop__words")
        expect(told).to_contain_text(f"第 {n} 站")
        expect(told).to_contain_text(str(STOPS[n - 1].title))
        self.look()

    def look(self) -> None:
        self.page.wait_for_load_state()
        self.found += faults_of(self.page, js=True)

    def keep(self, name: str, *, top: str | None = None, only: str | None = None) -> None:
        """Keeps what is on the screen as a picture, when pictures are wanted: scrolled to `top`, or `only` a part of the page."""
        if self.pictures is None:
            return
        if only is not None:  # a screen on which the whole part has room
            self.page.set_viewport_size({"width": 1440, "height": 1800})
        if top is not None:
            self.page.locator(top).first.evaluate("e => e.scrollIntoView({block: 'start'})")
        self.page.wait_for_timeout(700)
        what = self.page.locator(only).first if only else self.page
        shot = Image.open(BytesIO(what.screenshot())).convert("RGB")
        kept = self.pictures / f"{name}.png"
        shot.quantize(COLOURS, dither=Image.Dither.NONE).save(kept, optimize=True)
        assert kept.stat().st_size < LARGEST, kept
        if only is not None:
            self.page.set_viewport_size({"width": 1440, "height": 900})

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()


def drawn(name: str, *, after: bool) -> Any:
    """A photo to send that says it is none."""
    return {"name": name, "mimeType": "image/jpeg", "buffer": picture_of("hole", after=after)}
