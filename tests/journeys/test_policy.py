# SPDX-License-Identifier: Apache-2.0
"""No page breaks its own policy: the browser stops nothing that we wrote, and does stop what we did not."""

from playwright.sync_api import Page

from tests.journeys.conftest import Visit

OPEN = (
    "/",
    "/report",
    "/follow",
    "/public",
    "/places",
    "/style",
    "/desk/sign-in",
    "/api/v1/docs",
    "/nowhere",
)
DESK = ("/desk/", "/desk/posts", "/desk/notices", "/desk/open")
CONFIGURATION = (
    "/admin/",
    "/admin/people/organisation/",
    "/admin/cases/routerow/add/",
    "/admin/cases/category/",
)


def signed_in(visit: Visit, who: str) -> Page:
    page = visit.open(width=1440, language="en")
    page.goto("/desk/sign-in")
    page.get_by_role("button", name=who).first.click()
    page.wait_for_load_state()
    return page


def walk(page: Page, *addresses: str) -> None:
    for address in addresses:
        page.goto(address, wait_until="load")


def test_the_browser_stops_nothing_that_we_wrote(visit: Visit) -> None:
    walk(visit.open(width=1440), *OPEN)
    walk(signed_in(visit, "张清明"), *DESK)
    walk(signed_in(visit, "Security administrator"), "/admin/people/account/", "/admin/people/post/")
    administrator = signed_in(visit, "System administrator")
    walk(administrator, *CONFIGURATION)
    assert visit.found == []
    administrator.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
    administrator.wait_for_timeout(100)
    assert visit.found != [], "this test must hear of what is stopped"
    visit.found.clear()
