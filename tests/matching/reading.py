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
    return [" ".join(link.text_content().split()) for link in page.tree.xpath("//main//tbody//th//a")]
