"""The settings of the documentation site. `make docs` builds it into `build/site`, without the network."""

from pygments.lexers import BashLexer
from sphinx.application import Sphinx

from auditkit.version import __version__

project = "auditkit"
author = "the auditkit authors"
copyright = "the auditkit authors, Apache-2.0"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
myst_heading_anchors = 3

autodoc_typehints = "description"
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_class_signature = "separated"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True

html_theme = "furo"
html_title = f"auditkit {version}"
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False


def setup(app: Sphinx) -> None:
    """Draw the lines of a crontab as shell: Pygments has no lexer of their own."""
    app.add_lexer("cron", BashLexer)
