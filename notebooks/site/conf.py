"""How the site is built: Sphinx, its pages in MyST, its reference from the docstrings.

Nothing in the pages comes from another host: the theme's files are its own, and no formula
or widget is drawn that would need a script from elsewhere.
"""

from __future__ import annotations

from importlib.metadata import version as version_of

project = "claimatlas"
author = "claimatlas contributors"
project_copyright = author
version = release = version_of("claimatlas")

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".rst": "restructuredtext", ".md": "myst-nb", ".ipynb": "myst-nb"}
exclude_patterns = ["pictures", "made"]

# --- docstrings ---------------------------------------------------------------

default_role = "py:obj"  # a name in backticks is a link …
nitpicky = True  # … and one that leads nowhere a warning; types of other packages lead nowhere
nitpick_ignore_regex = [("py:(class|exc)", ".*")]
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_class_signature = "mixed"
add_module_names = False
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 80
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_preprocess_types = False

# --- pages --------------------------------------------------------------------

nb_execution_mode = "off"  # build.py runs the notebooks, all at once
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
nb_merge_streams = True
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "claimatlas"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_extra_path = ["extra"]  # the demo page: a file of its own, opened as it is
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}
pygments_style = "friendly"
