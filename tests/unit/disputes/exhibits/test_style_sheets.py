"""Style sheets put into the elements of their document."""

import pytest

from disputes.errors import DocumentError
from disputes.exhibits.style_sheets import inline_styles


def test_a_style_that_cannot_be_read_is_a_reason_to_refuse() -> None:
    with pytest.raises(DocumentError, match=r"style sheet that cannot be read.*Print it to a PDF"):
        inline_styles("<style>p{color:red}</style><p style='p{'>x")


def test_styles_that_came_beside_the_document_count() -> None:
    assert 'style="display: none;"' in inline_styles("<p>x", "p{display:none}")
