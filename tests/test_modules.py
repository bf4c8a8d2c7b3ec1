"""The page's scripts: ES modules that are joined into one, or refused with a reason."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from common import claims, squares
from mapping import explore
from mapping.page import bundle
from mapping.page.modules import ModuleError, join_modules, module_names, module_order

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import OfflinePage


def joined(**texts: str) -> str:
    """Join modules; ``a__b`` is the file ``a/b.js``, and main starts."""
    files = {f"{name.replace('__', '/')}.js": text for name, text in texts.items()}
    return join_modules("main.js", files.__getitem__)


def test_modules_stand_after_what_they_import() -> None:
    script = joined(
        main='import { a } from "./core/a.js";\nimport {\n  b, c,\n} from "./b.js";\n\na(b, c);\n',
        b='import { a } from "./core/a.js";\nexport const b = a;\nexport let c = 2;\n',
        core__a='// All rest on it.\nimport { d } from "../d.js";\nexport async function a() {}\n',
        d="export class d {}\n",
    )

    assert script == (
        "class d {}\n// All rest on it.\nasync function a() {}\n"
        "const b = a;\nlet c = 2;\na(b, c);\n"
    )


def test_order_is_that_of_the_first_import() -> None:
    files = {
        "main.js": 'import { a } from "./a.js";\nimport { b } from "./b.js";\n',
        "a.js": 'import { b } from "./b.js";\nexport const a = b;\n',
        "b.js": "export const b = 1;\n",
    }

    assert module_order("main.js", files.__getitem__) == ("b.js", "a.js", "main.js")


def test_words_within_texts_comments_and_patterns_are_no_statements() -> None:
    body = (
        "// import { x } from './x.js'\n"
        "/* export default\nexport */\n"
        "const a = \"import 'x'\", b = 'export';\n"
        "const c = `\nimport ${ { a: `}export` }.a }\nexport {`;\n"
        "const d = /['\"`{]import[/]/g, e = a / b / c;\n"
        "const f = [1] / 2, g = typeof /export'/.test(a), h = a.import;\n"
    )

    assert joined(main=body) == body
    names = module_names("main.js", lambda _: body)
    assert names == set("abcdefgh")


@pytest.mark.parametrize(
    ("main", "message"),
    [
        ('import a from "./x.js";', "main.js:1: cannot join 'import a from"),
        ('const b = 1;\nimport * as x from "./x.js";', "main.js:2: cannot join 'import *"),
        ('import "./x.js";', "main.js:1: cannot join 'import \"./x.js\";'"),
        ('import { a as b } from "./x.js";', "main.js:1: cannot join"),
        ('import { } from "./x.js";', "main.js:1: cannot join"),
        ('import { a, a } from "./x.js";', "main.js:1: imports 'a' twice"),
        ('import { a } from "leaflet";', "main.js:1: cannot join"),
        ("import { a } from './x.js';", "main.js:1: cannot join"),
        ('const x = await import("./x.js");', "main.js:1: cannot join 'await import"),
        ('function f() {\n  return import("./x.js");\n}', "main.js:2: 'import' within brackets"),
        ("f(import.meta.url);", "main.js:1: 'import' within brackets"),
        ("export default 1;", "main.js:1: cannot join 'export default 1;'"),
        ("const a = 1;\nexport { a };", "main.js:2: cannot join 'export { a };'"),
        ('export * from "./x.js";', "main.js:1: cannot join"),
        ('export { a } from "./x.js";', "main.js:1: cannot join"),
        ("var a = 1;", "main.js:1: cannot join 'var a = 1;'"),
        ("const { a } = b;", "main.js:1: cannot read the names in 'const { a } = b;'"),
        ("let [a] = b;", "main.js:1: cannot read the names in"),
        ("const a = 1;\nfunction a() {}", "main.js: declares a twice"),
        ('import { b } from "./x.js";', "main.js: imports 'b' from x.js, which exports a"),
        ('import { hidden } from "./x.js";', "imports 'hidden' from x.js, which exports a"),
        ('import { a } from "./x.js";\nconst a = 1;', "main.js: imports 'a' and declares it too"),
        ('import { a } from "./x.js";\nconst hidden = a;',
         "main.js: x.js declares 'hidden' too; they share one scope: rename one"),
        ('import { a } from "./y.js";', "main.js: imports from y.js, which is not there"),
        ('import { a } from "./main.js";', "in a circle: main.js → main.js; break it"),
        ("f(1;", "main.js:1: '(' is never closed"),
        ("f(1]);", "main.js:1: ']' closes nothing"),
        ('const a = "b;\n', 'main.js:1: " opens a text that does not end on its line'),
        ("const a = `${b}", "main.js:1: a template or pattern is never closed"),
        ("const a = `${b;", "main.js:1: '${' is never closed"),
        ("\nconst a = /b\n;", "main.js:2: a template or pattern is never closed"),
    ],
)  # fmt: skip
def test_what_is_not_the_plain_form_is_refused_where_it_stands(main: str, message: str) -> None:
    with pytest.raises(ModuleError) as raised:
        joined(main=main, x="export const a = 1, hidden_too = 2;\nconst hidden = 3;\n")

    assert message in str(raised.value)


def test_several_names_of_one_export_are_exported() -> None:
    script = joined(
        main='import { a, b } from "./x.js";\na(b);\n',
        x="export const a = (c, d) => c, b = [1, 2];\n",
    )

    assert script == "const a = (c, d) => c, b = [1, 2];\na(b);\n"


def test_a_circle_is_named_as_it_goes() -> None:
    with pytest.raises(ModuleError, match=r"b\.js: imports go round in a circle: a\.js → b"):
        joined(
            main='import { a } from "./a.js";\n',
            a='import { b } from "./b.js";\nexport const a = () => b;\n',
            b='import { a } from "./a.js";\nexport const b = () => a;\n',
        )


def test_a_form_that_no_browser_takes_for_code_is_in_no_script() -> None:
    # In a document "</script" ends a script; "<!--" opens a comment even in a script's text.
    for script in (bundle.page_script(), bundle.start_script()):
        assert not re.search(r"</script|<!--|^\s*-->", script, re.IGNORECASE | re.MULTILINE)


@pytest.mark.parametrize("has_minifier", [True, False])
def test_a_checkout_minifies_with_what_is_there(
    has_minifier: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not has_minifier:
        monkeypatch.setitem(sys.modules, "minify", None)
    script = "function (a) {\n  // why\n  return a + 1;\n}"

    shorter = bundle.minified("text/javascript", f"const f = {script};")

    assert "why" not in shorter
    assert ("a + 1" in shorter) is False
    assert bundle.minified("text/css", "p { color: red; }\n") in ("p{color:red}", "p{color:red;}")


def test_the_pages_own_names_hide_none_of_the_browsers(
    offline_page: OfflinePage, tmp_path: Path
) -> None:
    # A module that uses the browser's `print` would otherwise find another module's.
    names = sorted(bundle.script_names())
    assert len(names) > 400
    path = tmp_path / "page.html"
    explore(claims({"text": "One", "place_ids": ("AF-KDZ",)}), boundaries=squares()).save(path)
    page = offline_page.open(path)

    hidden = page.evaluate("(names) => names.filter((name) => name in window)", names)

    assert hidden == []
