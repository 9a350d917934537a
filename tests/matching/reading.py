"""What a page of finding shows, read from its HTML."""


def choices(page, group: str) -> dict[str, str]:
    """Label → number of a facet's choices."""
    found = {}
    for box in page.tree.xpath(f"//input[@name='{group}' and @type='checkbox']"):
        (label,) = page.tree.xpath(f"//label[@for='{box.get('id')}']")
        number = label.xpath("./span")[0].text_content()
        found[label.text_content().removesuffix(number).strip()] = number
    return found


def names(page) -> list[str]:
    found = page.tree.xpath("//main//tbody[not(ancestor::section[@aria-labelledby='nearest'])]//th//a")
    return [" ".join(link.text_content().split()) for link in found]


def nearest(page) -> list[str]:
    """Those who do not have all the words."""
    found = page.tree.xpath("//section[@aria-labelledby='nearest']//tbody//th//a")
    return [" ".join(link.text_content().split()) for link in found]
