"""Style sheets applied to the elements of their document."""

import pytest

from disputes.errors import DocumentError
from disputes.exhibits.style_sheets import inline_styles


def test_a_document_with_an_unreadable_style_is_refused() -> None:
    with pytest.raises(DocumentError, match=r"style sheet that cannot be read.*Print it to a PDF"):
        inline_styles("<style>p{color:red}</style><p style='p{'>x")


def test_styles_supplied_with_the_document_are_applied() -> None:
    assert 'style="display: none;"' in inline_styles("<p>x", "p{display:none}")
