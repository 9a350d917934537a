"""What must hold for every page's HTML: strict nesting, nothing inline, every reference and every control named."""

from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SVG_LEAF = {"use", "rect", "line", "circle", "path"}
REFERENCES = ("for", "aria-describedby", "aria-labelledby", "data-count-for", "data-percent-for")


class Checker(HTMLParser):
    """Collects faults in :attr:`faults` while it is fed."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.open: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.controls: list[tuple[str, bool]] = []
        self.labelled: set[str] = set()
        self.headings: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        where = f"<{tag} {values}>"
        if len(values) != len(attrs):
            self.faults.append(f"attribute twice: {where}")
        if "style" in values or any(name.startswith("on") for name in values) or tag == "style":
            self.faults.append(f"inline style or script: {where}")
        if tag == "script" and not values.get("src"):
            self.faults.append(f"inline script: {where}")
        if tag == "form" and "form" in self.open:
            self.faults.append(f"form inside a form: {where}")
        if tag in {"a", "button"} and {"a", "button"} & set(self.open):
            self.faults.append(f"control inside a control: {where}")
        if tag in {"p", "div", "ul", "ol", "dl", "table", "section", "h1", "h2", "h3", "fieldset"} and "p" in self.open:
            self.faults.append(f"block inside a paragraph: {where}")
        if "template" not in self.open:
            self.ids += [values["id"] or ""] if "id" in values else []
            for name in REFERENCES:
                self.references += (values.get(name) or "").split()
            if tag == "a" and (values.get("href") or "").startswith("#content"):
                self.references.append("content")
            if tag == "label":
                self.labelled.add(values.get("for") or "")
            if tag in {"input", "select", "textarea"} and values.get("type") not in {"hidden", "submit"}:
                self.controls.append((values.get("id") or where, "aria-label" in values))
            if tag in {"h1", "h2", "h3", "h4"}:
                self.headings.append(int(tag[1]))
        if tag == "img" and "alt" not in values:
            self.faults.append(f"image without alt: {where}")
        if tag not in VOID and tag not in SVG_LEAF:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in SVG_LEAF:
            self.faults.append(f"<{tag}/> closes itself")
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in SVG_LEAF | VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> where {self.open[-3:]} are open, line {self.getpos()[0]}")
        elif self.open:
            self.open.pop()

    def finish(self) -> list[str]:
        """The faults of the whole document, none when it is sound."""
        self.close()
        faults = list(self.faults)
        faults += [f"left open: {self.open}"] if self.open else []
        faults += [f"id twice: {name}" for name in sorted({i for i in self.ids if self.ids.count(i) > 1})]
        faults += [f"nothing has the id {name!r}" for name in sorted(set(self.references) - set(self.ids))]
        faults += [f"no label: {name}" for name, has_own in self.controls if not has_own and name not in self.labelled]
        if self.headings.count(1) != 1:
            faults.append(f"{self.headings.count(1)} headings of level 1")
        steps = zip(self.headings, self.headings[1:], strict=False)
        faults += [f"heading level jumps from {a} to {b}" for a, b in steps if b > a + 1]
        return faults


def faults_in(document: str) -> list[str]:
    """Everything wrong with this HTML document, in words."""
    checker = Checker()
    checker.feed(document)
    return checker.finish()
